-- The workers of a fleet. Keys begin with P:
--   members  hash: what each says of itself, by its id;  heard  sorted set: when each was last heard of
-- All times are those of this server: clocks of machines differ.
local P, what = KEYS[1], ARGV[1]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local members, heard = P .. 'members', P .. 'heard'

local function forget(id)
  redis.call('HDEL', members, id)
  redis.call('ZREM', heard, id)
end

-- Milliseconds that those which are gone are kept. Nobody may ever ask for the list.
for _, id in ipairs(redis.call('ZRANGE', heard, '-inf', string.format('%.0f', now - tonumber(ARGV[2])), 'BYSCORE', 'LIMIT', 0, 1000)) do
  forget(id)
end
if what == 'say' then
  redis.call('HSET', members, ARGV[3], ARGV[4])
  redis.call('ZADD', heard, string.format('%.0f', now), ARGV[3])
  return ''
end
if what == 'leave' then
  forget(ARGV[3])
  return ''
end
-- list: how many are listed, the last heard of first
local all = {}
local found = redis.call('ZRANGE', heard, 0, tonumber(ARGV[3]) - 1, 'REV', 'WITHSCORES')
for i = 1, #found, 2 do
  table.insert(all, { tonumber(found[i + 1]), redis.call('HGET', members, found[i]) })
end
return cjson.encode({ now = now, all = all })
