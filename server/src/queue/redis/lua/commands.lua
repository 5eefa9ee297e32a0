-- Each command is one call of one process: all of it happens or nothing, and once however often the call is repeated.
local commands = {}
-- What every command is given after its name, the call and the process.
local function given(i) return ARGV[3 + i] end

local function cancelOne(id, body)
  local state = get(id, 'state')
  if state == 'running' then
    set(id, 'stopping', 1)
    note('stopping', id)
    return true
  end
  if state ~= 'queued' then return false end
  leave(id)
  log(id, body)
  finish(id, 'cancelled')
  return true
end

local function remove(id)
  local state = get(id, 'state')
  if not state or state == 'running' then return false end
  if state == 'queued' then
    leave(id)
    placed()
  end
  redis.call('ZREM', key('state', state), id)
  redis.call('ZREM', key('flow', get(id, 'workflow')), id)
  declassify(id)
  erase(id)
  note('gone', id)
  return true
end

-- id, fields as JSON, document, order, standing, place, workflow, name in passing, body of its first event, what else was asked, kinds of work,
-- what it needs as JSON and the digest of that, or '', owner
function commands.submit()
  local id, standing, place, workflow, passing = given(1), given(5), given(6), given(7), given(8)
  if exists(id) then return { twice = true } end
  local n = redis.call('INCR', P .. 'count')
  set(id, 'asked', given(10), 'kinds', given(11), 'owner', given(14))
  set(id, 'n', n, 'fields', given(2), 'document', given(3), 'order', given(4), 'standing', standing, 'workflow', workflow)
  set(id, 'passing', passing, 'created', string.format('%.0f', now), 'attempts', 0, 'seq', 0, 'lost', 0, 'since', 0)
  if passing == '' then
    redis.call('ZADD', P .. 'all', n, id)
    if workflow ~= '' then redis.call('ZADD', key('flow', workflow), n, id) end
  else
    redis.call('ZADD', P .. 'passing', n, id)
  end
  if given(13) ~= '' then classify(id, given(13), given(12)) end
  if place == 'first' then enqueueFirst(id) else enqueueByTurn(id) end
  setState(id, 'queued')
  log(id, given(9))
  look(id)
  if positionOf(id) + 1 < countWaiting() then placed() end
  news.waiting = wake(id) or true
  return {}
end

-- Milliseconds that the process is known to live from now on, "worker" if it has said what it has, and how often and for how many milliseconds a run is passed over.
function commands.lease()
  if redis.call('GET', P .. 'paused') == '1' then return {} end
  if redis.call('EXISTS', P .. 'cancelling') == 1 then return { again = 1000 } end
  local worker = given(2) == 'worker' and origin
  if worker and redis.call('HEXISTS', P .. 'offers', worker) == 0 then return { forgotten = true } end
  local id, again = nextFor(worker, tonumber(given(3)), tonumber(given(4)))
  if not id then
    if redis.call('SISMEMBER', P .. 'idle', origin) == 0 then redis.call('SADD', P .. 'idle', origin) end
    return { again = again }
  end
  redis.call('SET', key('alive', origin), 1, 'PX', given(1))
  redis.call('SREM', P .. 'idle', origin)
  leave(id)
  hadTurn(ownerOf(id))
  setState(id, 'running')
  set(id, 'since', get(id, 'seq'), 'holder', origin)
  redis.call('HSETNX', key('run', id), 'started', string.format('%.0f', now))
  redis.call('HSET', P .. 'leases', id, origin)
  note('changed', id)
  placed()
  -- Whoever was told of the others may have taken this one.
  if news.places[1] then wake(news.places[1]) end
  return { run = id, attempts = redis.call('HINCRBY', key('run', id), 'attempts', 1) }
end

-- run, token, then of each event: body, size, time, error, output's key, output, state that it ends the run with, the number beyond which it is left out
function commands.report()
  local id, token, numbers = given(1), given(2), {}
  local state, attempts, seq = unpack(redis.call('HMGET', key('run', id), 'state', 'attempts', 'seq'))
  local isHeld = state == 'running' and attempts == token
  for i = 3, #ARGV - 3, 8 do
    if not isHeld then return { lost = true, numbers = numbers } end
    local body, size, at, message, output, value, ended, most =
      given(i), given(i + 1), given(i + 2), given(i + 3), given(i + 4), given(i + 5), given(i + 6), tonumber(given(i + 7))
    local known = output ~= '' and redis.call('HGET', key('outputs', id), output) == value
    local tooMuch = most and tonumber(seq) >= most
    if known or tooMuch then
      table.insert(numbers, 0)
    else
      if output ~= '' then redis.call('HSET', key('outputs', id), output, value) end
      seq = log(id, body, size, at)
      table.insert(numbers, seq)
      if message ~= '' then fault(id, message) end
      if ended ~= '' then
        finish(id, ended, at)
        isHeld = false
      end
    end
  end
  return { numbers = numbers }
end

-- run, token, message, body of the notice, body of the end, "dead" if it is lost only if its process is
function commands.fail()
  local id, message = given(1), given(3)
  if not holds(id, given(2)) then return { lost = true } end
  if given(6) == 'dead' and redis.call('GET', key('alive', get(id, 'holder') or '')) == '1' then return { lost = true } end
  fault(id, message)
  log(id, given(4))
  log(id, given(5))
  finish(id, 'failed')
  return {}
end

-- run, token, losses in a row, body of the notice, body of the end as cancelled, "dead"
function commands.release()
  local id = given(1)
  if not holds(id, given(2)) then return { lost = true } end
  if given(6) == 'dead' and redis.call('GET', key('alive', get(id, 'holder') or '')) == '1' then return { lost = true } end
  if get(id, 'stopping') then
    log(id, given(5))
    finish(id, 'cancelled')
    return {}
  end
  letGo(id)
  set(id, 'lost', given(3))
  putFirst(id)
  log(id, given(4))
  look(id)
  placed()
  news.waiting = wake(id) or true
  return {}
end

-- Milliseconds that the process is known to live from now on; bytes of memory, runs at once and the digest of all; how many of what follows it has; that, then those that are warm
function commands.offer()
  redis.call('SET', key('alive', origin), 1, 'PX', given(1))
  if redis.call('HGET', P .. 'offers', origin) == given(2) then return {} end
  withdraw(origin)
  redis.call('HSET', P .. 'offers', origin, given(2))
  local warmFrom = 4 + tonumber(given(3))
  for i = 4, #ARGV - 3 do redis.call('SADD', key(i < warmFrom and 'offer' or 'warm', origin), given(i)) end
  lookAtAll()
  return {}
end

function commands.withdraw()
  withdraw(origin)
  redis.call('SREM', P .. 'idle', origin)
  lookAtAll()
  return {}
end

-- Sees for which runs there is a worker, and tells all if something waits, once in so many milliseconds whoever asks; answers which have waited for one for longer than so many.
function commands.sweep()
  if redis.call('SET', P .. 'swept', 1, 'NX', 'PX', math.floor(tonumber(given(1)))) then
    lookAtAll()
    -- Those that were told of what waits may be gone, or without room on their disk.
    news.waiting = waitingFirst(1)[1] ~= nil or nil
  end
  local due = string.format('%.0f', now - tonumber(given(2)))
  local expired = {}
  for _, id in ipairs(redis.call('ZRANGE', P .. 'lacking', '-inf', due, 'BYSCORE', 'LIMIT', 0, 100)) do
    table.insert(expired, { id, get(id, 'lacks') })
  end
  return { expired = expired }
end

-- run, what it lacks, message, body of the notice, body of the end. Nothing if there is a worker for it by now.
function commands.failLacking()
  local id = given(1)
  if get(id, 'state') ~= 'queued' or get(id, 'lacks') ~= given(2) then return {} end
  leave(id)
  fault(id, given(3))
  log(id, given(4))
  log(id, given(5))
  finish(id, 'failed')
  placed()
  return {}
end

function commands.cancel()
  local waits = get(given(1), 'state') == 'queued'
  local done = cancelOne(given(1), given(2))
  if waits then placed() end
  return { done = done }
end

function commands.makeRoom()
  local id, body = given(1), given(2)
  if not exists(id) then return {} end
  local name, n = get(id, 'passing'), tonumber(get(id, 'n'))
  for _, other in ipairs(redis.call('ZRANGE', P .. 'passing', '-inf', '(' .. n, 'BYSCORE')) do
    if not get(other, 'stopping') and (name == '' or get(other, 'passing') == name) and cancelOne(other, body) then placed() end
  end
  return {}
end

-- body of the end, how many are cancelled at once, the number of the newest run that is, or ''. As long as there are more, answered as `upTo`, nobody
-- takes any of them.
function commands.cancelWaiting()
  local most, upTo, count, isMore = tonumber(given(2)), tonumber(given(3)) or tonumber(redis.call('GET', P .. 'count')), 0, false
  eachWaiting(function(id)
    if tonumber(get(id, 'n')) > upTo then return end
    isMore = count == most
    if isMore then return true end
    cancelOne(id, given(1))
    count = count + 1
  end)
  if count > 0 then placed() end
  if isMore then redis.call('SET', P .. 'cancelling', 1, 'PX', 5000)
  elseif given(3) ~= '' then
    redis.call('DEL', P .. 'cancelling')
    news.waiting = true
  end
  return { count = count, upTo = isMore and upTo or nil }
end

function commands.move()
  local done = move(given(1), tonumber(given(2)))
  if done then
    placed()
    note('changed', given(1))
  end
  return { done = done }
end

function commands.prioritize()
  local id = given(1)
  if not isMovable(id) then return { done = false } end
  leave(id)
  set(id, 'standing', given(2))
  enqueueByTurn(id)
  placed()
  note('changed', id)
  return { done = true }
end

function commands.pause()
  redis.call('SET', P .. 'paused', given(1))
  news.paused = given(1) == '1'
  news.waiting = given(1) == '0' or nil
  return {}
end

function commands.remove() return { done = remove(given(1)) } end

-- how many are removed at once of each; then of each: set, how many of it are kept
function commands.retain()
  local most, count = tonumber(given(1)), 0
  for i = 2, #ARGV - 3, 2 do
    local beyond = redis.call('ZCARD', P .. given(i)) - tonumber(given(i + 1))
    if beyond > 0 then
      local old = redis.call('ZRANGE', P .. given(i), 0, math.min(beyond, most) - 1)
      for _, id in ipairs(old) do remove(id) end
      count = count + #old
    end
  end
  return { count = count }
end

function commands.forgetOrders()
  for _, id in ipairs(waitingFirst(1e6)) do redis.call('HDEL', key('run', id), 'order') end
  return {}
end

-- Reads what has to be of one moment: those that wait, and the place of a run.
function commands.waiting() return { runs = waitingFirst(tonumber(given(1))) } end
function commands.position() return { position = positionOf(given(1)) } end
function commands.countWaiting() return { count = countWaiting() } end

-- What is answered: JSON, and after it of a run that was leased what was checked and what lists show of it, which are long.
local function reply(written)
  local run = command == 'lease' and cjson.decode(written).run
  return run and { written, get(run, 'order'), get(run, 'fields') } or { written }
end

-- A call that only reads has no number, and needs none.
local isChange = call ~= ''
local known = isChange and redis.call('HMGET', key('call', origin), 'number', 'answer') or {}
if known[1] == call then return reply(known[2]) end
-- What comes so late was answered on another line, and nobody listens to this one.
if known[1] and tonumber(call) < tonumber(known[1]) then return redis.error_reply('STALE call ' .. call) end
local answer = commands[command]()
if not isChange then return reply(cjson.encode(answer)) end
tell()
-- The process that reported events has their text.
if command == 'report' then
  for _, event in ipairs(news.events or {}) do event[4] = nil end
end
answer.news = news
local written = cjson.encode(answer)
-- One that has changed nothing may be done again: nothing has to get to the disk for it.
if hasWritten then
  redis.call('HSET', key('call', origin), 'number', call, 'answer', written)
  redis.call('PEXPIRE', key('call', origin), 600000)
end
return reply(written)
