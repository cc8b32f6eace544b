/**
 * The same decision as in limiter.ts, made inside Redis so that it is one step for all processes. Keys of one API key share a hash tag
 * and so a cluster slot: `…:{key}:r` theoretical arrival, `…:{key}:t:<day>` tokens used or held, `…:{key}:h` holds by deadline.
 */

/** KEYS r, t, h. ARGV now, requests per minute (0: none), tokens per day (0: none), tokens, hold, hold's deadline, day. */
export const RESERVE = `
local now, per_minute, per_day, tokens = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
-- Holds of processes that died: given back once.
for _, hold in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', now)) do
  redis.call('ZREM', KEYS[3], hold)
  local held, day = string.match(hold, '^[^|]*|(%d+)|(%d+)$')
  if day == ARGV[7] then redis.call('DECRBY', KEYS[2], held) end
end
local arrival = tonumber(redis.call('GET', KEYS[1]) or '0')
local used = tonumber(redis.call('GET', KEYS[2]) or '0')
local next = arrival
if per_minute > 0 then
  local interval = 60000 / per_minute
  next = math.max(now, arrival) + interval
  if next - now > 60000 + interval * 1e-6 then return {1, string.format('%.17g', arrival), string.format('%.0f', used)} end
end
if per_day > 0 and used + tokens > per_day then return {2, string.format('%.17g', arrival), string.format('%.0f', used)} end
if per_minute > 0 then redis.call('SET', KEYS[1], string.format('%.17g', next), 'PX', 180000) end
used = redis.call('INCRBY', KEYS[2], ARGV[4])
redis.call('PEXPIRE', KEYS[2], 172800000)
redis.call('ZADD', KEYS[3], ARGV[6], ARGV[5])
redis.call('PEXPIRE', KEYS[3], 172800000)
return {0, string.format('%.17g', next), string.format('%.0f', used)}
`

/** KEYS t, h. ARGV hold, tokens held, tokens used. A hold that was given back in the meantime pays in full. */
export const SETTLE = `
local held = redis.call('ZREM', KEYS[2], ARGV[1]) == 1 and tonumber(ARGV[2]) or 0
redis.call('INCRBY', KEYS[1], string.format('%.0f', tonumber(ARGV[3]) - held))
redis.call('PEXPIRE', KEYS[1], 172800000)
return 1
`
