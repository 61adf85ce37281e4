-- Like questions.lua, but no question comes twice: a number behind each makes its vector one that no cache has.
local paths = {}
for line in io.lines(os.getenv("QUESTIONS")) do
  local escaped = line:gsub("[^%w]", function(c) return string.format("%%%02X", string.byte(c)) end)
  paths[#paths + 1] = "/search?q=" .. escaped
end
local threads = 0
function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end
-- Runs on one service begin at different numbers.
local turn = os.time() % 2048 * 2 ^ 20
function request()
  turn = turn + 1
  return wrk.format("GET", string.format("%s%%20%x", paths[turn % #paths + 1], turn + number * 2 ^ 19))
end
