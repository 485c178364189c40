/** The part of the script for calls that have a slot, and its end: it runs the operation. */
export const callsScript = `
function operations.start(id, upstream, keyId, model, maxDurationMs, capMs, connectTimeoutMs, heartbeat, memo, owner, leaseMs)
  if not isOpen(id) then return { 'gone' } end
  local known = get(id, 'upstream')
  if known and known ~= upstream then return { 'gone' } end
  if not known then
    local principal, capAt = get(id, 'principal'), now + tonumber(capMs)
    set(id, 'upstream', upstream, 'keyId', keyId, 'at', text(now), 'endsAt', text(now + tonumber(maxDurationMs)),
      'capAt', text(capAt), 'heartbeat', heartbeat, 'memo', memo, 'forgetAt', text(capAt + UNENDED_MS))
    if connectTimeoutMs ~= '' then set(id, 'expectedAt', text(now + tonumber(connectTimeoutMs))) end
    if model ~= '' then set(id, 'model', model) end
    redis.call('ZADD', CALLS, capAt + UNENDED_MS, id .. ':' .. principal)
    local isEnding = get(id, 'reason')
    redis.call('ZADD', ENDS, isEnding and 0 or get(id, 'endsAt'), id)
    redis.call('ZADD', DUE, isEnding and now or firstDeadline(id), id)
    local ttl = tonumber(capMs) + UNENDED_MS + MARGIN_MS
    keep(callKey(id), ttl)
    keep(keysKey(id), ttl)
    keepShared(principal, ttl)
  end
  setLease(id, owner, leaseMs)
  keep(LEASES, redis.call('PTTL', callKey(id)))
  return { get(id, 'reason') and 'ending' or 'started' }
end

function operations.read(id)
  if not principalOf(id) then return false end
  return view(id)
end

function operations.touch(id, timeoutMs)
  if not principalOf(id) then return false end
  if isOpen(id) and get(id, 'upstream') and not get(id, 'reason') then
    set(id, 'connected', 'yes')
    if timeoutMs == '' then
      redis.call('HDEL', callKey(id), 'expectedAt')
    else
      set(id, 'expectedAt', text(now + tonumber(timeoutMs)))
    end
    redis.call('ZADD', DUE, firstDeadline(id), id)
  end
  return view(id)
end

function operations.requestEnd(kind, name, reason)
  local ids = {}
  if kind == 'principal' then
    ids = redis.call('ZRANGE', ofKey(name), 0, -1)
  elseif isOpen(name) then
    ids = { name }
  end
  for _, id in ipairs(ids) do markEnding(id, reason) end
  return views(ids)
end

function operations.finish(id, reason, token)
  local principal = principalOf(id)
  if not principal then return false end
  if isOpen(id) then
    remove(id, principal)
    redis.call('HSETNX', callKey(id), 'reason', reason)
    set(id, 'age', text(now - tonumber(get(id, 'at') or now)), 'forgetAt', text(now + ENDED_MS), 'token', token)
    redis.call('HDEL', callKey(id), 'upstream', 'keyId', 'memo', 'owner')
    redis.call('PEXPIRE', callKey(id), ENDED_MS)
    redis.call('PEXPIRE', keysKey(id), ENDED_MS)
  elseif get(id, 'token') ~= token then
    return false
  end
  return view(id)
end

local function addKey(id, key)
  local added = redis.call('SADD', keysKey(id), key)
  keep(keysKey(id), redis.call('PTTL', callKey(id)))
  return added == 1
end

local function add(id, field, amount)
  local total = tonumber(get(id, field) or 0) + tonumber(amount)
  set(id, field, text(total))
  return total
end

local function addToAccount(id, principal, cost)
  local windowMs = get(id, 'window')
  if not windowMs or cost == 0 then return end
  local spent, endsAt = account(principal)
  if endsAt <= now then endsAt = now + tonumber(windowMs) end
  redis.call('HSET', spentKey(principal), 'spent', text(spent + cost), 'endsAt', text(endsAt))
  redis.call('PEXPIRE', spentKey(principal), text(endsAt - now))
end

local function budgetLeft(id, principal)
  local amount, max = number(get(id, 'amount')), number(get(id, 'max'))
  if not amount then return false end
  local left = amount - tonumber(get(id, 'cost') or 0)
  if max then left = math.min(left, max - account(principal) - held(principal, { [id] = true })) end
  return text(left)
end

function operations.spend(id, key, cost, input, output)
  local principal = principalOf(id)
  if not principal then return false end
  local isFirst = addKey(id, 'spend ' .. key)
  if isFirst then
    local total = add(id, 'cost', cost)
    add(id, 'input', input)
    add(id, 'output', output)
    addToAccount(id, principal, tonumber(cost))
    if redis.call('HEXISTS', heldKey(principal), id) == 1 then
      redis.call('HSET', heldKey(principal), id, text(math.max(0, tonumber(get(id, 'amount')) - total)))
    end
  end
  return { isFirst and 'counted' or 'counted-before', view(id), budgetLeft(id, principal) }
end

function operations.claim(id, key)
  return { principalOf(id) and addKey(id, 'claim ' .. key) and 'first' or 'repeated' }
end

function operations.renew(owner, leaseMs, ...)
  local ending, lost = {}, {}
  for _, id in ipairs({ ... }) do
    if isOpen(id) and get(id, 'owner') == owner then
      if get(id, 'upstream') then setLease(id, owner, leaseMs) end
      if get(id, 'reason') then ending[#ending + 1] = id end
    else
      lost[#lost + 1] = id
    end
  end
  return { views(ending), lost }
end

local function takeFirst(key, limit)
  return redis.call('ZRANGEBYSCORE', key, '-inf', now, 'LIMIT', 0, limit)
end
local function takeExpired()
  local expired = redis.call('LRANGE', EXPIRED, 0, -1)
  redis.call('DEL', EXPIRED)
  return expired
end

function operations.takeOver(owner, leaseMs, limit)
  local ids = takeFirst(LEASES, limit)
  for _, id in ipairs(ids) do setLease(id, owner, leaseMs) end
  return { views(ids), takeExpired() }
end

function operations.due(limit)
  local ids = takeFirst(DUE, limit)
  -- Calls that cannot be ended must not keep the others from their turn.
  for _, id in ipairs(ids) do redis.call('ZADD', DUE, now, id) end
  return { views(ids), takeExpired() }
end

function operations.release(owner)
  for _, id in ipairs(redis.call('ZRANGE', LEASES, 0, -1)) do
    if get(id, 'owner') == owner then
      redis.call('HDEL', callKey(id), 'owner')
      redis.call('ZADD', LEASES, now, id)
    end
  end
  return { 'released' }
end

function operations.count(principal)
  return { text(slots(principal ~= '' and principal or nil)) }
end

return { 'done', text(now), operations[ARGV[1]](unpack(ARGV, 3)) }
`;
