-- Opens one connection after the other, and tells a run's result as a line of JSON.
local ffi = require("ffi")
ffi.cdef [[
  typedef struct { long seconds; long micros; } bench_time;
  int gettimeofday(bench_time *time, void *zone);
  int usleep(unsigned int micros);
]]

local function now()
  local time = ffi.new("bench_time")
  ffi.C.gettimeofday(time, nil)
  return tonumber(time.seconds) * 1000000 + tonumber(time.micros)
end

-- Each thread has a state of its own, and done has one that is there before all of them.
local start = now()

-- Called for one thread after the other, before it starts.
init = function(args)
  ffi.C.usleep(2000)
end

done = function(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests":%d,"micros":%d,"bytes":%d,"failed":%d,"refused":%d,"p50":%d,"p99":%d,"p999":%d}\n',
    summary.requests, now() - start, summary.bytes,
    errors.connect + errors.read + errors.write + errors.timeout, errors.status,
    latency:percentile(50), latency:percentile(99), latency:percentile(99.9)))
end
