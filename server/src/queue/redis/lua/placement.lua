-- Which worker can carry out which run. Keys:
--   offers           hash: of each worker, by its process: bytes of memory, runs at once, digest of its offer
--   offer:<process>  set: what it has;  warm:<process>  set: those that are packs which it has loaded
--   classes, users   hashes: what runs need, by its digest, and how many runs need just that
--   lacking          sorted set of the waiting runs for which there is no worker, by when that began
--   lacks            hash: of what runs need, by its digest, what no worker had when it was looked last
-- Each answer is found once a script, however many runs wait.
local needsBy, lackBy, warmBy, liveWorkers = {}, {}, {}, nil

local function needsOf(class)
  if needsBy[class] == nil then needsBy[class] = cjson.decode(redis.call('HGET', P .. 'classes', class)) end
  return needsBy[class]
end

-- Remembers what a run needs.
local function classify(id, class, needs)
  set(id, 'class', class)
  redis.call('HSET', P .. 'classes', class, needs)
  redis.call('HINCRBY', P .. 'users', class, 1)
end

-- Forgets what a run needed, which is removed.
local function declassify(id)
  redis.call('ZREM', P .. 'lacking', id)
  local class = get(id, 'class')
  if not class or redis.call('HINCRBY', P .. 'users', class, -1) > 0 then return end
  redis.call('HDEL', P .. 'users', class)
  redis.call('HDEL', P .. 'classes', class)
  redis.call('HDEL', P .. 'lacks', class)
end

-- What a worker has not of what such runs need: the first of it, and how much; nil and 0 if it has all.
local function lackOf(worker, class)
  local name = worker .. ' ' .. class
  if lackBy[name] then return lackBy[name][1], lackBy[name][2] end
  local needs = needsOf(class)
  local first, count = nil, 0
  local has = #needs.has > 0 and redis.call('SMISMEMBER', key('offer', worker), unpack(needs.has)) or {}
  for i, is in ipairs(has) do
    if is == 0 then
      first = first or needs.has[i]
      count = count + 1
    end
  end
  local memory = tonumber(string.match(redis.call('HGET', P .. 'offers', worker), '^%d+'))
  if memory > 0 and needs.memory > memory then
    first = first or string.format('memory %.0f', needs.memory)
    count = count + 1
  end
  lackBy[name] = { first, count }
  return first, count
end

-- Whether a worker can carry out a run; one that is unknown can carry out anything.
local function fits(worker, id)
  local class = worker and get(id, 'class')
  return not class or not lackOf(worker, class)
end

local function withdraw(worker)
  redis.call('HDEL', P .. 'offers', worker)
  redis.call('DEL', key('offer', worker), key('warm', worker))
end

local function workers()
  if not liveWorkers then
    liveWorkers = {}
    for _, worker in ipairs(redis.call('HKEYS', P .. 'offers')) do
      if redis.call('GET', key('alive', worker)) == '1' then table.insert(liveWorkers, worker) else withdraw(worker) end
    end
  end
  return liveWorkers
end

-- What the worker that has most of it has not; nil if one has all, or there is no worker.
local function lackOfAll(class)
  local first, least = nil, nil
  for _, worker in ipairs(workers()) do
    local lack, count = lackOf(worker, class)
    if count == 0 then return nil end
    if not least or count < least then first, least = lack, count end
  end
  return first
end

-- Notes what no worker has for a run that waits.
local function noteLack(id, lack)
  if lack == (get(id, 'lacks') or nil) then return end
  if lack then
    set(id, 'lacks', lack)
    redis.call('ZADD', P .. 'lacking', 'NX', string.format('%.0f', now), id)
  else
    redis.call('HDEL', key('run', id), 'lacks')
    redis.call('ZREM', P .. 'lacking', id)
  end
  note('changed', id)
end

-- Sees whether there is a worker for the runs of a class, and notes it of those that wait if that is new. Returns what is lacking.
local function lookAtClass(class)
  local lack = lackOfAll(class)
  if lack == (redis.call('HGET', P .. 'lacks', class) or nil) then return lack end
  if lack then redis.call('HSET', P .. 'lacks', class, lack) else redis.call('HDEL', P .. 'lacks', class) end
  for standing = 0, last do
    for _, id in ipairs(redis.call('ZRANGE', ofClass(lineOf(standing), class), 0, -1)) do noteLack(id, lack) end
  end
  -- Those far behind need not be known at once: as many as that are told of.
  local changed = news.changed
  if changed then news.changed = { unpack(changed, 1, math.min(#changed, 200)) } end
  return lack
end

-- The same for a run that has come to wait.
local function look(id)
  local class = get(id, 'class')
  if class then noteLack(id, lookAtClass(class)) end
end

-- The same for all that wait.
local function lookAtAll()
  local seen = { [''] = true }
  for standing = 0, last do
    for _, class in ipairs(redis.call('SMEMBERS', classesOf(lineOf(standing)))) do
      if not seen[class] then lookAtClass(class) end
      seen[class] = true
    end
  end
end

-- Whether the packs that such runs need are loaded where that worker is; so it is if they need none.
local function isWarm(worker, class)
  local name = worker .. ' ' .. class
  if warmBy[name] ~= nil then return warmBy[name] end
  local packs = {}
  for _, need in ipairs(needsOf(class).has) do
    if string.match(need, '^pack %S+ %S') then table.insert(packs, need) end
  end
  warmBy[name] = true
  for _, is in ipairs(#packs > 0 and redis.call('SMISMEMBER', key('warm', worker), unpack(packs)) or {}) do
    if is == 0 then warmBy[name] = false end
  end
  return warmBy[name]
end

-- Other workers that can carry it out with packs which they have loaded.
local function othersWarm(worker, class)
  local found = {}
  for _, other in ipairs(workers()) do
    if other ~= worker and isWarm(other, class) and not lackOf(other, class) then table.insert(found, other) end
  end
  return found
end

-- Of how many processes that wait to be told it is seen whether they can carry out a run, and how many of them are told.
local asked, told = 12, 3

-- Tells some of those that found nothing to take, and can carry it out, of a run that waits: one will do, and it tells others if more waits. Returns false if
-- there are none.
local function wake(id)
  local found = {}
  for _, process in ipairs(redis.call('SRANDMEMBER', P .. 'idle', asked)) do
    if redis.call('GET', key('alive', process)) ~= '1' then redis.call('SREM', P .. 'idle', process)
    elseif #found < told and fits(redis.call('HEXISTS', P .. 'offers', process) == 1 and process, id) then table.insert(found, process) end
  end
  if #found == 0 then return false end
  news.waiting, woken = true, found
  return true
end

-- How many more runs each worker takes now.
local roomOf
local function roomIn(worker)
  if not roomOf then
    roomOf = {}
    for _, each in ipairs(workers()) do
      roomOf[each] = tonumber(string.match(redis.call('HGET', P .. 'offers', each), '^%d+ (%d+)'))
    end
    for _, holder in ipairs(redis.call('HVALS', P .. 'leases')) do
      if roomOf[holder] then roomOf[holder] = roomOf[holder] - 1 end
    end
  end
  return roomOf[worker]
end

-- Milliseconds for which a run may still be passed over; 0 once it was for that long, or as often as that.
local function patienceOf(id, places, ms)
  local passed, since = unpack(redis.call('HMGET', key('run', id), 'passed', 'passedSince'))
  if tonumber(passed or 0) >= places then return 0 end
  return since and math.max(0, tonumber(since) + ms - now) or ms
end

-- Of how many runs the worker chooses, and how many at the front of a line are looked at one by one.
local inSight, inFront = 50, 100

-- Those behind a mark of a line that the worker can carry out, next first, as many as are in sight: found by what they need, not by looking at each.
local function fittingBehind(worker, line, mark)
  local found, ids = {}, {}
  for _, class in ipairs(redis.call('SMEMBERS', classesOf(line))) do
    if not worker or class == '' or not lackOf(worker, class) then
      local some = redis.call('ZRANGE', ofClass(line, class), '(' .. mark, '+inf', 'BYSCORE', 'LIMIT', 0, inSight, 'WITHSCORES')
      for i = 1, #some, 2 do table.insert(found, { some[i], tonumber(some[i + 1]) }) end
    end
  end
  table.sort(found, function(a, b) return a[2] < b[2] end)
  for i = 1, math.min(#found, inSight) do ids[i] = found[i][1] end
  return ids
end

-- Calls `visit` with each run that waits and that the worker can carry out, next first, until it returns one, or true as its second result for none.
-- Returns that one.
local function eachFitting(worker, visit)
  for standing = 0, last do
    local line = lineOf(standing)
    local front = redis.call('ZRANGE', line, 0, inFront - 1, 'WITHSCORES')
    for i = 1, #front, 2 do
      if fits(worker, front[i]) then
        local found, isOver = visit(front[i], standing)
        if found or isOver then return found end
      end
    end
    for _, id in ipairs(#front == 2 * inFront and fittingBehind(worker, line, front[#front]) or {}) do
      local found, isOver = visit(id, standing)
      if found or isOver then return found end
    end
  end
end

-- The next run that the worker can carry out; any one for a process that is no worker. One whose packs are loaded elsewhere, and not here, is left
-- to a worker there that is free; if all of them are busy, another one of its priority may overtake it. But no run is overtaken more often
-- than `places` times, or passed over for longer than `ms`. The second result, if there is no first: when there may be one, in milliseconds.
local function nextFor(worker, places, ms)
  -- Those that were passed over, in their order, and of them those for which no worker is free that has their packs loaded.
  local passed, overtaken, priority, seen, again = {}, {}, nil, 0, nil
  local chosen = eachFitting(worker, function(id, standing)
    if seen >= inSight or (priority and standing ~= priority) then return false, true end
    seen = seen + 1
    local class = worker and get(id, 'class')
    if not class or isWarm(worker, class) then return id end
    local others, patience = othersWarm(worker, class), patienceOf(id, places, ms)
    if #others == 0 or patience == 0 then return id end
    table.insert(passed, id)
    for _, other in ipairs(others) do
      if roomIn(other) > 0 then
        roomOf[other] = roomOf[other] - 1
        again = math.min(again or ms, patience)
        return
      end
    end
    table.insert(overtaken, id)
    priority = standing
  end)
  chosen = chosen or overtaken[1]
  local at = string.format('%.0f', now)
  local isBefore = chosen ~= nil
  for _, id in ipairs(passed) do
    if id == chosen then isBefore = false else redis.call('HSETNX', key('run', id), 'passedSince', at) end
    -- Whether it is left to another worker or not, what stands before the chosen one is overtaken.
    if isBefore then redis.call('HINCRBY', key('run', id), 'passed', 1) end
  end
  return chosen, again
end
