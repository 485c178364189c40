import { callsScript } from './redis-script-calls.ts';
import { reserveScript } from './redis-script-reserve.ts';

/**
 * The start of the script: reads the clock of Redis, refuses commands whose caller gave up, and forgets what has expired. All keys begin
 * with `KEYS[1]`, which contains the hash tag, so that a cluster keeps them on one node. Times are milliseconds, costs are billionths.
 *
 * - `calls`: calls with a slot and their principals, by the time when they are forgotten
 * - `ends`: calls with a slot, by the time when they must end; 0 while they are ending
 * - `due`: calls of the provider, by the time when they must be ended or were last handed out
 * - `leases`: calls with a lease, by its end
 * - `covered`: calls that do not count, because a predecessor does
 * - `expired`: reservations that expired and were not reported yet
 * - `of:P`, `covered:P`: the calls of a principal, in their order, and those that do not count
 * - `held:P`: what calls have reserved of the budget of a principal and not spent
 * - `spent:P`: what the calls of a principal cost in the current window
 * - `call:ID`, `keys:ID`: a call, and its keys of spend and claims
 */
const prelude = `
local base = KEYS[1]
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)

local function text(number)
  if number == math.huge then return 'inf' end
  return string.format('%.0f', number)
end
local function number(value)
  if value == 'inf' then return math.huge end
  return tonumber(value)
end

if now > number(ARGV[2]) then return { 'late', text(now) } end

-- A call that has ended is kept for ten minutes; one that was not ended, until five minutes after the provider's limit.
local ENDED_MS, UNENDED_MS, MARGIN_MS, MIN_RETRY_MS = 600000, 300000, 300000, 1000
local CALLS, ENDS, DUE, LEASES = base .. ':calls', base .. ':ends', base .. ':due', base .. ':leases'
local COVERED, EXPIRED = base .. ':covered', base .. ':expired'

local function callKey(id) return base .. ':call:' .. id end
local function keysKey(id) return base .. ':keys:' .. id end
local function ofKey(principal) return base .. ':of:' .. principal end
local function coveredKey(principal) return base .. ':covered:' .. principal end
local function heldKey(principal) return base .. ':held:' .. principal end
local function spentKey(principal) return base .. ':spent:' .. principal end

local function get(id, field) return redis.call('HGET', callKey(id), field) end
local function set(id, ...) redis.call('HSET', callKey(id), ...) end

-- Lets a key expire by itself, not earlier than before.
local function keep(key, ms)
  if redis.call('PTTL', key) < ms then redis.call('PEXPIRE', key, text(ms)) end
end
local function keepShared(principal, ms)
  for _, key in ipairs({ CALLS, ENDS, DUE, LEASES, COVERED }) do keep(key, ms) end
  for _, key in ipairs({ ofKey(principal), coveredKey(principal), heldKey(principal) }) do keep(key, ms) end
end

local function words(value)
  local list = {}
  for word in string.gmatch(value or '', '%S+') do list[#list + 1] = word end
  return list
end

local function isOpen(id)
  return redis.call('HEXISTS', callKey(id), 'principal') == 1 and redis.call('HEXISTS', callKey(id), 'age') == 0
end
-- The principal of a call that is known, ended or not.
local function principalOf(id)
  local principal = get(id, 'principal')
  if not principal then return nil end
  if get(id, 'age') and tonumber(get(id, 'forgetAt')) <= now then
    redis.call('DEL', callKey(id), keysKey(id))
    return nil
  end
  return principal
end

local function setBefore(id, principal, list)
  if #list > 0 then
    set(id, 'before', table.concat(list, ' '))
    redis.call('SADD', COVERED, id)
    redis.call('SADD', coveredKey(principal), id)
  else
    redis.call('HDEL', callKey(id), 'before')
    redis.call('SREM', COVERED, id)
    redis.call('SREM', coveredKey(principal), id)
  end
end

-- Frees a slot. The predecessors pass to the successor.
local function remove(id, principal)
  redis.call('ZREM', CALLS, id .. ':' .. principal)
  for _, key in ipairs({ ENDS, DUE, LEASES, ofKey(principal) }) do redis.call('ZREM', key, id) end
  redis.call('HDEL', heldKey(principal), id)
  local after, before = get(id, 'after'), words(get(id, 'before'))
  if after and not isOpen(after) then after = false end
  for _, predecessor in ipairs(before) do
    if after then set(predecessor, 'after', after) else redis.call('HDEL', callKey(predecessor), 'after') end
  end
  setBefore(id, principal, {})
  if not after then return end
  for _, other in ipairs(words(get(after, 'before'))) do
    if other ~= id then before[#before + 1] = other end
  end
  setBefore(after, principal, before)
end

for _, member in ipairs(redis.call('ZRANGEBYSCORE', CALLS, '-inf', now)) do
  local colon = string.find(member, ':', 1, true)
  local id = string.sub(member, 1, colon - 1)
  if not get(id, 'upstream') then
    redis.call('RPUSH', EXPIRED, id)
    redis.call('LTRIM', EXPIRED, -1000, -1)
    keep(EXPIRED, ENDED_MS)
  end
  remove(id, string.sub(member, colon + 1))
  redis.call('DEL', callKey(id), keysKey(id))
end

local function view(id)
  local fields = redis.call('HMGET', callKey(id), 'principal', 'upstream', 'keyId', 'model', 'at', 'endsAt', 'capAt',
    'expectedAt', 'connected', 'heartbeat', 'reason', 'cost', 'input', 'output', 'amount', 'memo', 'age', 'forgetAt')
  return { id, unpack(fields) }
end
local function views(ids)
  local list = {}
  for index, id in ipairs(ids) do list[index] = view(id) end
  return list
end
local function slots(principal)
  if principal then
    return redis.call('ZCARD', ofKey(principal)) - redis.call('SCARD', coveredKey(principal))
  end
  return redis.call('ZCARD', CALLS) - redis.call('SCARD', COVERED)
end
-- Makes a call 'ending'. The first reason wins.
local function markEnding(id, reason)
  if redis.call('HSETNX', callKey(id), 'reason', reason) == 0 then return end
  redis.call('ZADD', ENDS, 0, id)
  if get(id, 'upstream') then redis.call('ZADD', DUE, now, id) end
end
local function firstDeadline(id)
  return math.min(tonumber(get(id, 'endsAt')), tonumber(get(id, 'expectedAt') or math.huge))
end
local function setLease(id, owner, leaseMs)
  if owner == '' then
    redis.call('HDEL', callKey(id), 'owner')
    redis.call('ZREM', LEASES, id)
  else
    set(id, 'owner', owner)
    redis.call('ZADD', LEASES, now + tonumber(leaseMs), id)
  end
end
-- What the calls of a principal cost in the current window, and when it ends.
local function account(principal)
  local spent, endsAt = unpack(redis.call('HMGET', spentKey(principal), 'spent', 'endsAt'))
  if endsAt and now < tonumber(endsAt) then return tonumber(spent), tonumber(endsAt) end
  return 0, now
end
local function held(principal, except)
  local sum = 0
  local entries = redis.call('HGETALL', heldKey(principal))
  for index = 1, #entries, 2 do
    if not except[entries[index]] then sum = sum + tonumber(entries[index + 1]) end
  end
  return sum
end

local operations = {}
`;

/**
 * The script that executes every operation. `ARGV[1]` is its name, `ARGV[2]` the time of Redis after which it must not be executed
 * anymore; its arguments follow.
 */
export const callScript = [prelude, reserveScript, callsScript].join('');
