#define _GNU_SOURCE
#include "cell_process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

enum { note_size = 2048 };

// Two buffers by turns, so that a handler never reads one that is being written.
static char notes[2][note_size];
static _Atomic(const char *) current_note = NULL;
static unsigned next_note = 0;

static const int deadly[] = {SIGILL, SIGTRAP, SIGABRT, SIGSEGV, SIGBUS, SIGFPE};
enum { deadly_count = sizeof deadly / sizeof deadly[0] };
static struct sigaction earlier[deadly_count];

static void tell(void) {
  const char *note = atomic_exchange(&current_note, NULL);
  if (note == NULL) return;
  ssize_t written = write(STDERR_FILENO, note, strlen(note));
  (void)written;
}

static void on_signal(int number) {
  tell();
  // Back to whoever was there before: the instruction that failed is run again and dies as it would have.
  for (int index = 0; index < deadly_count; index++) {
    if (deadly[index] == number) sigaction(number, &earlier[index], NULL);
  }
  if (number == SIGABRT) raise(number);
}

static void on_exit_call(void) {
  if (atomic_load(&current_note) == NULL) return;
  tell();
  _exit(3);
}

void cell_death_note(const char *text) {
  static _Atomic int is_armed = 0;
  if (text == NULL) {
    atomic_store(&current_note, NULL);
    return;
  }
  if (!atomic_exchange(&is_armed, 1)) {
    atexit(on_exit_call);
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal;
    // A stack overflow needs another stack; where one is set up, use it.
    action.sa_flags = SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    for (int index = 0; index < deadly_count; index++) sigaction(deadly[index], &action, &earlier[index]);
  }
  char *buffer = notes[next_note++ % 2];
  strncpy(buffer, text, note_size - 1);
  buffer[note_size - 1] = '\0';
  atomic_store(&current_note, buffer);
}

int cell_pipe(int fds[2]) {
  if (pipe(fds) != 0) return errno;
  for (int index = 0; index < 2; index++) fcntl(fds[index], F_SETFD, FD_CLOEXEC);
  fcntl(fds[0], F_SETFL, O_NONBLOCK);
  return 0;
}

int cell_spawn(const char *path, char *const argv[], char *const envp[], int result_fd, int text_fd, pid_t *pid) {
  posix_spawn_file_actions_t actions;
  int status = posix_spawn_file_actions_init(&actions);
  if (status != 0) return status;
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, text_fd, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, text_fd, STDERR_FILENO);
  posix_spawn_file_actions_adddup2(&actions, result_fd, 3);
  status = posix_spawn(pid, path, &actions, NULL, argv, envp);
  posix_spawn_file_actions_destroy(&actions);
  return status;
}

void cell_die_with_parent(void) {
#ifdef __linux__
  prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
}

int cell_child_is_gone(pid_t pid, int *exit_code, int *signal_number) {
  int status = 0;
  pid_t found = waitpid(pid, &status, WNOHANG);
  if (found == 0 || (found < 0 && errno == EINTR)) return 0;
  *exit_code = found > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : 0;
  *signal_number = found > 0 && WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  return 1;
}
