-- Asks the questions of a file one after another; QUESTIONS names it.
local paths = {}
for line in io.lines(os.getenv("QUESTIONS")) do
  local escaped = line:gsub("[^%w]", function(c) return string.format("%%%02X", string.byte(c)) end)
  paths[#paths + 1] = "/search?q=" .. escaped
end
local turn = 0
function request()
  turn = turn % #paths + 1
  return wrk.format("GET", paths[turn])
end
