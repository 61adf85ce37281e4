-- Asks the questions of a file one after another; QUESTIONS names it. With NEW_QUESTIONS no question comes twice: a number
-- behind each makes its vector one that no cache has.
local paths = {}
for line in io.lines(os.getenv("QUESTIONS")) do
  local escaped = line:gsub("[^%w]", function(c) return string.format("%%%02X", string.byte(c)) end)
  paths[#paths + 1] = "/search?q=" .. escaped
end
local isNew = os.getenv("NEW_QUESTIONS")
local threads = 0
function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end
-- Runs on one service begin at different numbers.
local turn = os.time() % 2048 * 2 ^ 20
function request()
  turn = turn + 1
  local path = paths[turn % #paths + 1]
  if isNew then path = string.format("%s%%20%x", path, turn + number * 2 ^ 19) end
  return wrk.format("GET", path)
end
