-- Runs as they are kept, and their logs. All keys begin with P:
--   run:<id>      hash: what was submitted, state, attempts, numbers; `holder` is the process that leased it
--   log:<id>      stream: the event of number n has the id n-0
--   outputs:<id>  hash: output by node and item
--   all, state:<state>, flow:<workflow>, ended  sorted sets of the runs that are listed, by n
--   passing, passed  the same of runs in passing: those that wait or run, those that have ended
--   hooks, ends   who is told of runs that end, and those of which nobody is told yet (hooks/deliveries.lua)
--   leases        hash: the holder of each leased run
--   alive:<process>  1 as long as that process lives, 0 for a while after it said that it ends
--   line:<0..3>   sorted sets of those that wait, by priority (3: in passing), with what `line.lua` says beside each
--   idle          set of the processes that found nothing to take, and wait to be told
--   cancelling    for as long as all that wait are being cancelled
--   turns         sorted set of the owners that had a turn, the newest last
--   call:<process>  hash: number and answer of its newest change, which may come once more
local P, command, call, origin = KEYS[1], ARGV[1], ARGV[2], ARGV[3]

-- Whether this call has written something.
local hasWritten = false
local reads = {}
for name in string.gmatch(
  'EXISTS GET HEXISTS HGET HKEYS HMGET HVALS PUBLISH SISMEMBER SMEMBERS SMISMEMBER SRANDMEMBER TIME ZCARD ZRANGE ZRANK ZSCORE', '%u+'
) do
  reads[name] = true
end
local redis = setmetatable({
  call = function(name, ...)
    hasWritten = hasWritten or not reads[name]
    return redis.call(name, ...)
  end,
}, { __index = redis })

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
-- What has happened, for watchers of all processes.
local news = { origin = origin }
-- The processes that are told of what there is to take; all if it is nil.
local woken

-- Tells it: to servers all of it, to workers only that there is something to take or to stop.
local function tell()
  if next(news, 'origin') == nil and next(news) == 'origin' then return end
  redis.call('PUBLISH', P .. 'news', cjson.encode(news))
  for _, process in ipairs(woken or {}) do
    redis.call('PUBLISH', P .. 'work:' .. process, cjson.encode({ origin = origin, waiting = true }))
  end
  local waiting = not woken and news.waiting or nil
  if waiting or news.stopping then
    redis.call('PUBLISH', P .. 'work', cjson.encode({ origin = origin, waiting = waiting, stopping = news.stopping }))
  end
end

local function note(what, id)
  news[what] = news[what] or {}
  table.insert(news[what], id)
end

local function key(kind, id) return P .. kind .. ':' .. id end
local function get(id, field) return redis.call('HGET', key('run', id), field) end
local function set(id, ...) redis.call('HSET', key('run', id), ...) end
local function exists(id) return redis.call('EXISTS', key('run', id)) == 1 end

-- When something happened: as it was reported, or now.
local function timeOf(at) return at or string.format('%.0f', now) end

-- Adds an event, of which `body` is the JSON between its braces, without number, run and time.
local function log(id, body, size, at)
  local seq = redis.call('HINCRBY', key('run', id), 'seq', 1)
  local json = string.format('{"seq":%d,"run":"%s","time":%s,%s}', seq, id, timeOf(at), body)
  redis.call('XADD', key('log', id), seq .. '-0', 'json', json, 'size', size or 1)
  news.events = news.events or {}
  table.insert(news.events, { id, seq, tonumber(size or 1), json })
  note('changed', id)
  return seq
end

local function isPassing(id) return get(id, 'passing') ~= '' end

local function setState(id, state)
  local before = get(id, 'state')
  set(id, 'state', state)
  -- For one that does not wait any more no worker is looked for.
  if state ~= 'queued' then
    redis.call('HDEL', key('run', id), 'lacks', 'passed', 'passedSince')
    redis.call('ZREM', P .. 'lacking', id)
  end
  if isPassing(id) then return end
  if before then redis.call('ZREM', key('state', before), id) end
  redis.call('ZADD', key('state', state), get(id, 'n'), id)
end

-- The run no longer is anybody's.
local function letGo(id)
  redis.call('HDEL', P .. 'leases', id)
  redis.call('HDEL', key('run', id), 'holder')
end

-- What follows from the event that ends a run.
local function finish(id, state, at)
  setState(id, state)
  letGo(id)
  redis.call('HDEL', key('run', id), 'order')
  set(id, 'ended', timeOf(at))
  redis.call('ZREM', P .. 'passing', id)
  redis.call('ZADD', P .. (isPassing(id) and 'passed' or 'ended'), get(id, 'n'), id)
  if not isPassing(id) and redis.call('EXISTS', P .. 'hooks') == 1 then
    redis.call('ZADD', P .. 'ends', string.format('%.0f', now), id)
  end
end

local function fault(id, message)
  redis.call('HSETNX', key('run', id), 'error', message)
end

-- Whether that lease holds.
local function holds(id, token)
  return get(id, 'state') == 'running' and get(id, 'attempts') == token
end

local function erase(id)
  redis.call('DEL', key('run', id), key('log', id), key('outputs', id))
  for _, all in ipairs({ 'all', 'ended', 'passing', 'passed' }) do redis.call('ZREM', P .. all, id) end
end
