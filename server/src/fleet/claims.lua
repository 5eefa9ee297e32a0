-- Who computes which value. Keys begin with P:
--   claim:<fingerprint>    string: the token of who computes it; it expires unless it is renewed
--   awaited:<fingerprint>  string: somebody waits for that; it expires with the claim
--   claims                 channel: fingerprints of awaited claims that were released
local P, what, life = KEYS[1], ARGV[1], ARGV[2]

if what == 'take' then
  local claim, token = P .. 'claim:' .. ARGV[3], ARGV[4]
  local holder = redis.call('SET', claim, token, 'NX', 'GET', 'PX', life)
  -- What is sent twice is taken once.
  if not holder or holder == token then return 1 end
  redis.call('SET', P .. 'awaited:' .. ARGV[3], '1', 'PX', life)
  return 0
end
if what == 'look' then
  if redis.call('EXISTS', P .. 'claim:' .. ARGV[3]) == 0 then return 0 end
  redis.call('SET', P .. 'awaited:' .. ARGV[3], '1', 'PX', life)
  return 1
end
-- renew, release: fingerprints, each with its token
for i = 3, #ARGV, 2 do
  local claim = P .. 'claim:' .. ARGV[i]
  if redis.call('GET', claim) == ARGV[i + 1] then
    if what == 'renew' then
      redis.call('PEXPIRE', claim, life)
    else
      redis.call('DEL', claim)
      if redis.call('DEL', P .. 'awaited:' .. ARGV[i]) == 1 then redis.call('PUBLISH', P .. 'claims', ARGV[i]) end
    end
  end
end
return 0
