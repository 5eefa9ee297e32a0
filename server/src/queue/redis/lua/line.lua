-- The line of those that wait: high, normal and low priority, then those in passing. All who see it see it in the order in which they begin.
-- Each is a sorted set by marks, which say the order and nothing else. So are the runs in it of each owner, and of each class of needs, by the
-- same marks: who looks for one of them need not look at the ten thousand others.
local last = 3
local function lineOf(standing) return key('line', standing) end

-- Who submitted it: nobody by name before there were owners, and for a server's own token.
local function ownerOf(id) return get(id, 'owner') or '' end

local function ofOwner(line, owner) return line .. ':owner:' .. owner end
local function ofClass(line, class) return line .. ':class:' .. class end
local function classesOf(line) return line .. ':classes' end

local function waitingFirst(limit)
  local found = {}
  for standing = 0, last do
    if #found >= limit then break end
    for _, id in ipairs(redis.call('ZRANGE', lineOf(standing), 0, limit - #found - 1)) do table.insert(found, id) end
  end
  return found
end

-- Calls `visit` with each run that waits, next first, until it returns true. It may take the run out of the line.
local function eachWaiting(visit)
  for standing = 0, last do
    local from, ids = '-inf', nil
    repeat
      ids = redis.call('ZRANGE', lineOf(standing), from, '+inf', 'BYSCORE', 'LIMIT', 0, 100, 'WITHSCORES')
      for i = 1, #ids, 2 do
        if visit(ids[i]) then return end
      end
      from = '(' .. (ids[#ids] or '')
    until #ids < 200
  end
end

local function countWaiting()
  local sum = 0
  for standing = 0, last do sum = sum + redis.call('ZCARD', lineOf(standing)) end
  return sum
end

-- Places have changed: those far behind need not be known at once.
local function placed() news.places = waitingFirst(50) end

-- Takes it out of the line.
local function leave(id)
  local line, class = lineOf(get(id, 'standing')), get(id, 'class') or ''
  redis.call('ZREM', line, id)
  redis.call('ZREM', ofOwner(line, ownerOf(id)), id)
  if redis.call('ZREM', ofClass(line, class), id) == 1 and redis.call('ZCARD', ofClass(line, class)) == 0 then
    redis.call('SREM', classesOf(line), class)
  end
end

local function put(line, id, mark)
  local class, text = get(id, 'class') or '', string.format('%.17g', mark)
  redis.call('ZADD', line, text, id)
  redis.call('ZADD', ofOwner(line, ownerOf(id)), text, id)
  redis.call('ZADD', ofClass(line, class), text, id)
  redis.call('SADD', classesOf(line), class)
end

-- The mark of the run at a place, from 0; nil if there is none.
local function markOf(line, place)
  return place >= 0 and tonumber(redis.call('ZRANGE', line, place, place, 'WITHSCORES')[2]) or nil
end

-- Moves the marks around a place apart, of as few runs as have room for that.
local function spread(line, place)
  for reach = 5, 30 do
    local from, to = math.max(0, place - 2 ^ reach), place + 2 ^ reach - 1
    local ids, low, high = redis.call('ZRANGE', line, from, to), markOf(line, from - 1), markOf(line, to + 1)
    low = low or (high or 0) - #ids - 1
    local step = high and (high - low) / (#ids + 1) or 1
    if step > 2 ^ -8 then
      for i, id in ipairs(ids) do put(line, id, low + i * step) end
      return
    end
  end
end

-- Puts a run at a place of its line, from 0, before the one that stands there; last if nobody does.
local function putAt(id, place)
  local line = lineOf(get(id, 'standing'))
  local before, after = markOf(line, place - 1), markOf(line, place)
  if before and after and not (before < (before + after) / 2 and (before + after) / 2 < after) then
    spread(line, place)
    before, after = markOf(line, place - 1), markOf(line, place)
  end
  if before and after then put(line, id, (before + after) / 2)
  elseif after then put(line, id, after - 1)
  else put(line, id, (before or 0) + 1) end
end

local function enqueueFirst(id) putAt(id, 0) end

local function hadTurn(owner)
  local newest = redis.call('ZRANGE', P .. 'turns', -1, -1, 'WITHSCORES')
  if newest[1] ~= owner then redis.call('ZADD', P .. 'turns', (newest[2] or 0) + 1, owner) end
end

-- Where its owner's turn comes: behind the last of its own, and behind one run of each other owner who had no turn since.
local function enqueueByTurn(id)
  local line, owner = lineOf(get(id, 'standing')), ownerOf(id)
  local own, place, seen = redis.call('ZRANGE', ofOwner(line, owner), -1, -1)[1], 0, {}
  if own then
    place = redis.call('ZRANK', line, own) + 1
  else
    local turn = redis.call('ZSCORE', P .. 'turns', owner) or 0
    for _, other in ipairs(redis.call('ZRANGE', P .. 'turns', '(' .. turn, '+inf', 'BYSCORE')) do seen[other] = true end
  end
  local ids
  repeat
    ids = redis.call('ZRANGE', line, place, place + 19)
    for _, waiting in ipairs(ids) do
      local other = ownerOf(waiting)
      if seen[other] then return putAt(id, place) end
      seen[other] = true
      place = place + 1
    end
  until #ids == 0
  putAt(id, place)
end

-- Before all others, whatever their priority.
local function putFirst(id)
  for standing = 0, tonumber(get(id, 'standing')) do
    if redis.call('ZCARD', lineOf(standing)) > 0 then
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
  for standing = 0, own - 1 do before = before + redis.call('ZCARD', lineOf(standing)) end
  return before + redis.call('ZRANK', lineOf(own), id)
end

-- The standing of that place among those that are no runs in passing; false if there is no such place.
local function standingAt(position)
  for standing = 0, last - 1 do
    local length = redis.call('ZCARD', lineOf(standing))
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
  for standing = 0, last - 1 do length = length + redis.call('ZCARD', lineOf(standing)) end
  local to = math.min(position, length)
  local before, after, standing = standingAt(to - 1), standingAt(to), tonumber(get(id, 'standing'))
  if before then standing = math.max(standing, before) end
  if after then standing = math.min(standing, after) end
  set(id, 'standing', standing)
  for lower = 0, standing - 1 do to = to - redis.call('ZCARD', lineOf(lower)) end
  putAt(id, to)
  return true
end
