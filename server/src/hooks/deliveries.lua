-- Messages of webhooks that servers share. Keys begin with P:
--   hooks          hash: of each address since when it is told, what it is told of as JSON or '', and when a server last named it, in milliseconds
--   ends           sorted set of runs that have ended and are not noted, by when; while there are no hooks nothing is added (queue/redis/lua)
--   delivery:<id>  hash: run, url, body, attempts;  due:<url>  sorted set of messages by when they are due
-- All times are those of this server: clocks of machines differ.
local P, what = KEYS[1], ARGV[1]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local at = string.format('%.0f', now)
-- Longer than a message is tried: what is named by no server for so long goes.
local kept = 259200000

local function dueOf(url) return P .. 'due:' .. url end
local function schedule(id, url, ms)
  redis.call('ZADD', dueOf(url), string.format('%.0f', now + ms), id)
  redis.call('PEXPIRE', dueOf(url), kept)
  redis.call('PEXPIRE', P .. 'delivery:' .. id, kept)
end

local commands = {}

-- each address with what it is told of
function commands.open()
  local hooks = redis.call('HGETALL', P .. 'hooks')
  local since = {}
  for i = 1, #hooks, 2 do
    local told = cjson.decode(hooks[i + 1])
    since[hooks[i]] = told[1]
    if tonumber(told[3]) < now - kept then redis.call('HDEL', P .. 'hooks', hooks[i]) end
  end
  for i = 2, #ARGV, 2 do
    redis.call('HSET', P .. 'hooks', ARGV[i], cjson.encode({ since[ARGV[i]] or at, ARGV[i + 1], at }))
    redis.call('PEXPIRE', P .. 'hooks', kept)
  end
  if redis.call('EXISTS', P .. 'hooks') == 0 then redis.call('DEL', P .. 'ends') end
  return ''
end

function commands.told()
  return redis.call('HGETALL', P .. 'hooks')
end

function commands.ended()
  return redis.call('ZRANGE', P .. 'ends', 0, tonumber(ARGV[2]) - 1)
end

-- run; then of each message: id, address, body
function commands.note()
  if redis.call('ZREM', P .. 'ends', ARGV[2]) == 0 then return '' end
  for i = 3, #ARGV, 3 do
    redis.call('HSET', P .. 'delivery:' .. ARGV[i], 'run', ARGV[2], 'url', ARGV[i + 1], 'body', ARGV[i + 2], 'attempts', 0)
    schedule(ARGV[i], ARGV[i + 1], 0)
  end
  return ''
end

-- how many, for how many milliseconds, address
function commands.take()
  local url, taken = ARGV[4], {}
  for _, id in ipairs(redis.call('ZRANGE', dueOf(url), '-inf', at, 'BYSCORE', 'LIMIT', 0, ARGV[2])) do
    local run, body, attempts = unpack(redis.call('HMGET', P .. 'delivery:' .. id, 'run', 'body', 'attempts'))
    if run then
      schedule(id, url, tonumber(ARGV[3]))
      table.insert(taken, { id, run, body, attempts })
    else
      redis.call('ZREM', dueOf(url), id)
    end
  end
  return taken
end

-- id, milliseconds or ''
function commands.tried()
  local id = ARGV[2]
  local url = redis.call('HGET', P .. 'delivery:' .. id, 'url')
  if not url then return '' end
  if ARGV[3] == '' then
    redis.call('ZREM', dueOf(url), id)
    redis.call('DEL', P .. 'delivery:' .. id)
  else
    redis.call('HINCRBY', P .. 'delivery:' .. id, 'attempts', 1)
    schedule(id, url, tonumber(ARGV[3]))
  end
  return ''
end

-- address: when its first is due, in milliseconds from now; -1 if none waits
function commands.next()
  local due = redis.call('ZRANGE', dueOf(ARGV[2]), 0, 0, 'WITHSCORES')[2]
  return due and math.max(0, tonumber(due) - now) or -1
end

-- addresses: how many wait
function commands.count()
  local count = 0
  for i = 2, #ARGV do count = count + redis.call('ZCARD', dueOf(ARGV[i])) end
  return count
end

return commands[what]()
