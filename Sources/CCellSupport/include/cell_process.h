#ifndef CELL_PROCESS_H
#define CELL_PROCESS_H

#include <sys/types.h>

// What standard error is told when the process dies before the note is taken back: by a trap or abort, or by exit() with
// any status, which then becomes 3 so that nobody takes it for success. NULL takes the note back; the text is copied.
void cell_death_note(const char *text);

// Starts `path` with the result pipe as descriptor 3, standard output and error on `text_fd` and no input.
// Returns 0 or an errno value.
int cell_spawn(const char *path, char *const argv[], char *const envp[], int result_fd, int text_fd, pid_t *pid);

// Two descriptors of a pipe that other children do not inherit; reads do not block. Returns 0 or an errno value.
int cell_pipe(int fds[2]);

// Ends the calling process when its parent ends, where the system can do that.
void cell_die_with_parent(void);

// Waits without blocking. Returns 1 when the child is gone and `status` is set, else 0.
int cell_child_is_gone(pid_t pid, int *exit_code, int *signal_number);

#endif
