-- The line of those that wait: high, normal and low priority, then those in passing. All who see it see it in the order in which they begin.
local last = 3
local function lineOf(standing) return key('line', standing) end

local function waitingFirst(limit)
  local found = {}
  for standing = 0, last do
    if #found >= limit then break end
    for _, id in ipairs(redis.call('LRANGE', lineOf(standing), 0, limit - #found - 1)) do table.insert(found, id) end
  end
  return found
end

local function countWaiting()
  local sum = 0
  for standing = 0, last do sum = sum + redis.call('LLEN', lineOf(standing)) end
  return sum
end

-- Places have changed: those far behind need not be known at once.
local function placed() news.places = waitingFirst(50) end

-- Takes it out of the line.
local function leave(id)
  redis.call('LREM', lineOf(get(id, 'standing')), 1, id)
end

local function enqueueFirst(id) redis.call('LPUSH', lineOf(get(id, 'standing')), id) end

-- Who submitted it: nobody by name before there were owners, and for a server's own token.
local function ownerOf(id) return get(id, 'owner') or '' end

local function hadTurn(owner)
  local newest = redis.call('ZRANGE', P .. 'turns', -1, -1, 'WITHSCORES')
  if newest[1] ~= owner then redis.call('ZADD', P .. 'turns', (newest[2] or 0) + 1, owner) end
end

-- The place in a line behind the last run of an owner, from 0: 0 if it has none there.
local function behindOwn(owner, ids)
  for i = #ids, 1, -1 do
    if ownerOf(ids[i]) == owner then return i end
  end
  return 0
end

-- Where its owner's turn comes: behind the last of its own, and behind one run of each other owner who had no turn since.
local function enqueueByTurn(id)
  local line, owner = lineOf(get(id, 'standing')), ownerOf(id)
  local newest = redis.call('LINDEX', line, -1)
  if not newest or ownerOf(newest) == owner then return redis.call('RPUSH', line, id) end
  local ids, seen = redis.call('LRANGE', line, 0, -1), {}
  local own = behindOwn(owner, ids)
  if own == 0 then
    local turn = redis.call('ZSCORE', P .. 'turns', owner) or 0
    for _, other in ipairs(redis.call('ZRANGE', P .. 'turns', '(' .. turn, '+inf', 'BYSCORE')) do seen[other] = true end
  end
  for i = own + 1, #ids do
    local other = ownerOf(ids[i])
    if seen[other] then return redis.call('LINSERT', line, 'BEFORE', ids[i], id) end
    seen[other] = true
  end
  redis.call('RPUSH', line, id)
end

-- Before all others, whatever their priority.
local function putFirst(id)
  for standing = 0, tonumber(get(id, 'standing')) do
    if redis.call('LLEN', lineOf(standing)) > 0 then
      set(id, 'standing', standing)
      break
    end
  end
  enqueueFirst(id)
  setState(id, 'queued')
end

-- How many wait before it; false if it does not wait.
local function positionOf(id)
  if get(id, 'state') ~= 'queued' then return false end
  local own, before = tonumber(get(id, 'standing')), 0
  for standing = 0, own - 1 do before = before + redis.call('LLEN', lineOf(standing)) end
  return before + redis.call('LPOS', lineOf(own), id)
end

-- The standing of that place among those that are no runs in passing; false if there is no such place.
local function standingAt(position)
  for standing = 0, last - 1 do
    local length = redis.call('LLEN', lineOf(standing))
    if position < length then return position >= 0 and standing end
    position = position - length
  end
  return false
end

local function isMovable(id) return get(id, 'state') == 'queued' and not isPassing(id) end

-- Puts it at that place, with the priority nearest to its own between its neighbours.
local function move(id, position)
  if not isMovable(id) then return false end
  leave(id)
  local length = 0
  for standing = 0, last - 1 do length = length + redis.call('LLEN', lineOf(standing)) end
  local to = math.min(position, length)
  local before, after, standing = standingAt(to - 1), standingAt(to), tonumber(get(id, 'standing'))
  if before then standing = math.max(standing, before) end
  if after then standing = math.min(standing, after) end
  set(id, 'standing', standing)
  for lower = 0, standing - 1 do to = to - redis.call('LLEN', lineOf(lower)) end
  local pivot = to >= 0 and redis.call('LINDEX', lineOf(standing), to)
  if pivot then redis.call('LINSERT', lineOf(standing), 'BEFORE', pivot, id)
  else redis.call('RPUSH', lineOf(standing), id) end
  return true
end
