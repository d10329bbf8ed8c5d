"""What Redis does at once for the admission to flash sales. Times are Redis' own, in milliseconds.

bucket: a hash of tokens, their number at most (`cap`), the time of the last change and a counter of arrivals.
waiting: members in the order in which they asked first; seen: when they asked last.
passes: requests that were let through → how often. epoch: how often units came back.
gone:<SKU>: the SKU is sold out; its value is the SKU's code.
"""

_COMMON = """
local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

local function refill(bucket, time, rate)
  local found = redis.call('HMGET', bucket, 'tokens', 'at', 'cap')
  local tokens = found[1] + math.max(time - found[2], 0) * rate / 1000
  return math.min(tokens, tonumber(found[3]))
end

local function leave(waiting, seen, before)
  local gone = redis.call('ZRANGEBYSCORE', seen, '-inf', before, 'LIMIT', 0, 1000)
  if #gone > 0 then
    redis.call('ZREM', seen, unpack(gone))
    redis.call('ZREM', waiting, unpack(gone))
  end
end

local function ahead(waiting, member)
  return redis.call('ZRANK', waiting, member) or redis.call('ZCARD', waiting)
end
"""

# A token is kept for everybody who asked before and still waits: nobody overtakes.
ENTER = (
    _COMMON
    + """
local bucket, waiting, seen, passes, epoch = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local member, request, cap = ARGV[1], ARGV[2], ARGV[3]
local rate, patience, tries, keep, keep_passes = tonumber(ARGV[4]), ARGV[5], tonumber(ARGV[6]), ARGV[7], ARGV[8]

local tried = tonumber(redis.call('HGET', passes, request) or 0)
if tried > 0 and tried < tries then
  redis.call('HINCRBY', passes, request, 1)
  return {'go', redis.call('GET', epoch) or '0'}
end
for place = 6, #KEYS do
  local code = redis.call('GET', KEYS[place])
  if code then
    redis.call('ZREM', waiting, member)
    redis.call('ZREM', seen, member)
    return {'gone', place - 5, code}
  end
end

local time = now()
if redis.call('EXISTS', bucket) == 0 then
  if cap == '' then return {'unknown'} end
  redis.call('HSET', bucket, 'tokens', cap, 'at', time, 'cap', cap)
end
leave(waiting, seen, time - patience)
local tokens, before = refill(bucket, time, rate), ahead(waiting, member)
local answer
if tokens >= before + 1 then
  tokens = tokens - 1
  redis.call('ZREM', waiting, member)
  redis.call('ZREM', seen, member)
  redis.call('HSET', passes, request, 1)
  redis.call('PEXPIRE', passes, keep_passes)
  answer = {'go', redis.call('GET', epoch) or '0'}
else
  redis.call('ZADD', waiting, 'NX', redis.call('HINCRBY', bucket, 'asked', 1), member)
  redis.call('ZADD', seen, time, member)
  redis.call('PEXPIRE', waiting, keep)
  redis.call('PEXPIRE', seen, keep)
  answer = {'wait', before, math.ceil((before + 1 - tokens) / rate)}
end
redis.call('HSET', bucket, 'tokens', string.format('%.3f', tokens), 'at', time)
redis.call('PEXPIRE', bucket, keep)
return answer
"""
)

PLACE = (
    _COMMON
    + """
local bucket, waiting, seen = KEYS[1], KEYS[2], KEYS[3]
local member, rate, time = ARGV[1], tonumber(ARGV[2]), now()
if redis.call('EXISTS', bucket) == 0 then return {'go'} end
redis.call('ZADD', seen, 'XX', time, member)
leave(waiting, seen, time - ARGV[3])
local tokens, before = refill(bucket, time, rate), ahead(waiting, member)
if tokens >= before + 1 then return {'go'} end
return {'wait', before, math.ceil((before + 1 - tokens) / rate)}
"""
)

# Units that came back since the request was let through make its news old.
SOLD = """
redis.call('HDEL', KEYS[2], ARGV[2])
if (redis.call('GET', KEYS[1]) or '0') ~= ARGV[1] then return 0 end
for place = 3, #KEYS do
  redis.call('SET', KEYS[place], ARGV[place + 1], 'PX', ARGV[3])
end
return 1
"""

BACK = """
redis.call('INCR', KEYS[1])
redis.call('PEXPIRE', KEYS[1], ARGV[1])
for place = 2, #KEYS do
  redis.call('DEL', KEYS[place])
end
return 1
"""
