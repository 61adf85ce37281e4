#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension CtagsProcess {
  /// Starts `executable` (searched on PATH) with `input` as its standard input and output; its messages are dropped.
  static func spawn(_ executable: String, input: Int32) throws(SystemCallFailure) -> pid_t {
    // Fields: only what is used, or each tag would carry its whole source line. No options of the user's: the same
    // source must give the same chunks on every machine.
    let arguments = [
      executable, "--options=NONE", "--_interactive", "--output-format=json", "--fields=-PfFtTS+neKsz",
    ]
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, input, 0)
    posix_spawn_file_actions_adddup2(&actions, input, 1)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    // Whatever else the process has open must not live on in there: a listener, or the pipe whose end somebody waits for.
    // Numbers that are not open, or beyond the process's limit, are passed over.
    for descriptor in Int32(3)..<4096 { posix_spawn_file_actions_addclose(&actions, descriptor) }
    var pointers = arguments.map { strdup($0) }
    pointers.append(nil)
    defer { pointers.forEach { free($0) } }
    var process = pid_t()
    let status = posix_spawnp(&process, executable, &actions, nil, pointers, environ)
    guard status == 0 else { throw SystemCallFailure("posix_spawn", executable, number: status) }
    return process
  }
}
