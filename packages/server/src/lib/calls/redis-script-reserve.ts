/** The part of the script that takes slots and reserves budgets. */
export const reserveScript = `
local function withoutSuccessor(principal)
  local last, staying = {}, 0
  for _, id in ipairs(redis.call('ZRANGE', ofKey(principal), 0, -1)) do
    if not get(id, 'after') then
      last[#last + 1] = id
      if not get(id, 'reason') then staying = staying + 1 end
    end
  end
  return last, staying
end

-- The named call, or the last of its successors.
local function findNamed(id, principal)
  if principalOf(id) ~= principal then return {} end
  local after = get(id, 'after')
  while after do
    if not principalOf(after) then return {} end
    id = after
    after = get(id, 'after')
  end
  if isOpen(id) then return { id } end
  return {}
end

local function selectReplaced(kind, named, principal, max)
  if kind == 'none' then return {} end
  if kind == 'call' then return findNamed(named, principal) end
  local last = withoutSuccessor(principal)
  local chosen, surplus = {}, #last + 1 - max
  -- A call that is ending frees its slot without ending another.
  for pass = 1, 2 do
    for _, id in ipairs(last) do
      local isEnding = get(id, 'reason') and true or false
      if #chosen < surplus and isEnding == (pass == 1) then chosen[#chosen + 1] = id end
    end
  end
  return chosen
end

local function findFull(principal, maxPerPrincipal, maxTotal)
  local last, staying = withoutSuccessor(principal)
  if slots(principal) >= maxPerPrincipal then return staying < maxPerPrincipal and 'ending' or 'principal' end
  if slots() < maxTotal then return nil end
  return staying < #last and 'ending' or 'total'
end

-- Until the first of the calls must end, estimated.
local function untilFirstEnd(principal, except)
  local first = math.huge
  for _, id in ipairs(redis.call('ZRANGE', ofKey(principal), 0, -1)) do
    if not except[id] then first = math.min(first, tonumber(redis.call('ZSCORE', ENDS, id))) end
  end
  return math.max(MIN_RETRY_MS, first - now)
end
local function retryAfter(because, principal)
  if because ~= 'total' then return untilFirstEnd(principal, {}) end
  return math.max(MIN_RETRY_MS, tonumber(redis.call('ZRANGE', ENDS, 0, 0, 'WITHSCORES')[2]) - now)
end

-- The amount to reserve, or nil and the time to wait.
local function reserveBudget(principal, budget, replaced)
  if not budget.max then return budget.perCall end
  local spent, endsAt = account(principal)
  local left = budget.max - spent - held(principal, replaced)
  if left > 0 then return math.min(budget.perCall, left) end
  local windowMs = endsAt > now and endsAt - now or math.huge
  if spent < budget.max then return nil, math.min(windowMs, untilFirstEnd(principal, replaced)) end
  return nil, windowMs
end

local function collectPredecessors(id, list)
  for _, predecessor in ipairs(words(get(id, 'before'))) do
    list[#list + 1] = predecessor
    collectPredecessors(predecessor, list)
  end
  return list
end
local function reserved(id, principal)
  local list = collectPredecessors(id, {})
  table.sort(list, function(a, b)
    return tonumber(redis.call('ZSCORE', ofKey(principal), a)) < tonumber(redis.call('ZSCORE', ofKey(principal), b))
  end)
  return { 'reserved', get(id, 'amount'), views(list) }
end

function operations.reserve(id, principal, maxPerPrincipal, maxTotal, kind, named, perCall, max, windowMs, holdMs, owner)
  if principalOf(id) then
    if get(id, 'upstream') or get(id, 'age') then return { 'taken' } end
    return reserved(id, get(id, 'principal'))
  end
  local list = selectReplaced(kind, named, principal, number(maxPerPrincipal))
  local because = #list == 0 and findFull(principal, number(maxPerPrincipal), number(maxTotal))
  if because then return { 'full', because, text(retryAfter(because, principal)) } end
  local replaced = {}
  for _, predecessor in ipairs(list) do replaced[predecessor] = true end
  local budget = { perCall = number(perCall), max = number(max) }
  local amount, wait = reserveBudget(principal, budget, replaced)
  if wait then return { 'budget-exhausted', text(wait) } end

  local ttl = tonumber(holdMs) + MARGIN_MS
  local forgetAt = now + tonumber(holdMs)
  local newest = redis.call('ZREVRANGE', ofKey(principal), 0, 0, 'WITHSCORES')[2]
  set(id, 'principal', principal, 'forgetAt', text(forgetAt))
  keep(callKey(id), ttl)
  redis.call('ZADD', CALLS, forgetAt, id .. ':' .. principal)
  redis.call('ZADD', ENDS, forgetAt, id)
  redis.call('ZADD', ofKey(principal), tonumber(newest or 0) + 1, id)
  if owner ~= '' then set(id, 'owner', owner) end
  if amount then set(id, 'amount', text(amount)) end
  if budget.max then
    set(id, 'max', max, 'window', windowMs)
    if amount < math.huge then redis.call('HSET', heldKey(principal), id, text(amount)) end
  end
  setBefore(id, principal, list)
  for _, predecessor in ipairs(list) do
    set(predecessor, 'after', id)
    redis.call('HDEL', heldKey(principal), predecessor)
    markEnding(predecessor, 'replaced')
  end
  keepShared(principal, ttl)
  return reserved(id, principal)
end
`;
