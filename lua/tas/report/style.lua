--- The style sheet and the script of a page. Part of tas.report.
--
-- Nothing in them needs escaping in XML, so that a page is well formed as XML too.

local palette = require "tas.report.palette"

local M = {}

local SHEET = [[
:root{color-scheme:light dark;--page:#f3f4f6;--card:#ffffff;--text:#1b1f24;--soft:#59616c;
--grid:#e3e6ea;--zero:#8b939e;--lane:#e6e9ee;--verge:#c9ced6;--lost:#b3261e;--gained:#00695c;
--accelerate:#1a7f4b;--brake:#c62f2f;--unknown:#8b939e}
@media (prefers-color-scheme:dark){:root{--page:#101317;--card:#191d23;--text:#e8eaee;
--soft:#a3abb7;--grid:#2a3038;--zero:#727b88;--lane:#2a313b;--verge:#39414c;--lost:#ff8a80;
--gained:#4dd0b5;--accelerate:#43b97a;--brake:#f0685f;--unknown:#8b939e}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--text);
font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif}
main{max-width:1040px;margin:0 auto;padding:28px 16px 72px}
h1{font-size:1.75rem;line-height:1.2;margin:0 0 14px;overflow-wrap:anywhere}
dl{display:flex;flex-wrap:wrap;gap:8px 28px;margin:0 0 18px}
dl div{min-width:0}
dt{font-size:.8rem;color:var(--soft)}
dd{margin:0;font-weight:600;overflow-wrap:anywhere}
figure,.card{margin:0 0 18px;padding:16px 18px;background:var(--card);border-radius:10px;
border:1px solid var(--grid)}
figcaption{margin:0 0 10px}
figcaption h2{font-size:1.1rem;line-height:1.3;margin:0}
figcaption p,.note,.none{font-size:.88rem;color:var(--soft);margin:4px 0 0}
.legend{display:flex;font-size:.92rem;margin:6px 0 10px;flex-wrap:wrap;gap:2px 18px}
svg{display:block;width:100%;height:auto;font-size:12px;font-variant-numeric:tabular-nums}
svg[data-t]{touch-action:pan-y}
svg.narrow{display:none}
svg+svg{margin-top:10px}
svg.key{display:inline-block;width:30px;height:10px;margin:0 7px 0 0}
text{fill:var(--text)}
.tick,.axis{fill:var(--soft)}
.value{font-weight:600;font-size:14px}
.name{font-weight:600;font-size:13px;fill:currentColor}
.grid{stroke:var(--grid)}
.zero{stroke:var(--zero)}
.lane{fill:var(--lane);fill-opacity:.6}
.gate{stroke:var(--zero);stroke-dasharray:2 4}
.line{fill:none;stroke:currentColor;stroke-width:1.8;stroke-linejoin:round}
.thin{stroke-width:1.3}
.verge,.road,.other,.scale{fill:none;stroke-linejoin:round;stroke-linecap:round}
.verge{stroke:var(--verge);stroke-width:11}
.road{stroke:currentColor;stroke-width:7}
.s0{color:var(--unknown)}
.levels rect{fill:currentColor}
.other{stroke:currentColor;stroke-width:1.4;stroke-dasharray:7 5}
.scale{stroke:var(--soft);stroke-width:1.5}
svg .line.r2{stroke-dasharray:8 3}
svg .line.r3{stroke-dasharray:3 3}
svg .line.r4{stroke-dasharray:10 3 2 3}
svg .line.r5{stroke-dasharray:5 5}
svg .line.r6{stroke-dasharray:2 5}
svg .line.thin{stroke-dasharray:none}
.sign rect{fill:var(--card);stroke:var(--text);stroke-width:1.3}
.sign.start rect,.sign.finish rect,.sign.end rect{fill:var(--text)}
.sign.start text,.sign.finish text,.sign.end text{fill:var(--card)}
.spot{fill:var(--card);stroke:var(--text);stroke-width:1.3}
.sign text{font-weight:600}
.point{fill:currentColor;stroke:var(--card)}
.lost,.gained{stroke:none;opacity:.3}
path.lost{fill:var(--lost)}
path.gained{fill:var(--gained)}
.accelerate{fill:var(--accelerate)}
.brake{fill:var(--brake)}
.cursor{stroke:var(--text);visibility:hidden}
.dot{fill:currentColor;stroke:var(--card);stroke-width:2;visibility:hidden}
.on{visibility:visible}
.scroll{overflow-x:auto}
table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:.93rem}
th,td{padding:4px 14px 4px 0;text-align:right;white-space:nowrap}
tbody th,tbody td{border-top:1px solid var(--grid)}
th{font-weight:600}
th[scope=col]{font-weight:400;color:var(--soft);font-size:.85rem}
th[scope=colgroup],th[scope=row]{text-align:left}
th[scope=colgroup]{padding-left:14px;white-space:normal;overflow-wrap:anywhere;
min-width:9em;max-width:16em}
.runs th{text-align:left;white-space:normal;overflow-wrap:anywhere;min-width:7em}
.runs thead th+th{text-align:right}
.missing{color:var(--soft)}
td.lost,td.gained{opacity:1;font-weight:600}
td.lost{color:var(--lost)}
td.gained{color:var(--gained)}
.swatch{border-bottom:3px solid currentColor}
output{position:fixed;left:50%;bottom:14px;transform:translateX(-50%);max-width:94vw;
padding:6px 14px;border-radius:8px;background:var(--text);color:var(--card);font-size:.85rem;
font-variant-numeric:tabular-nums;white-space:pre-line;pointer-events:none}
output[hidden]{display:none}
footer{font-size:.8rem;color:var(--soft)}
@media (max-width:640px){svg.wide{display:none}svg.narrow{display:block}
th,td{padding-right:9px}main{padding:18px 10px 72px}
figure,.card{padding:12px 10px}h1{font-size:1.35rem}}
@media print{body{background:none}figure,.card{break-inside:avoid}output{display:none}}
]]

--- One cursor for all plots over time, a dot on the map, and the values there in words.
M.SCRIPT = [[
(() => {
const runs = JSON.parse(document.getElementById("ticks").textContent);
const plots = [...document.querySelectorAll("svg[data-t]")];
const maps = [...document.querySelectorAll("svg[data-m]")];
const out = document.getElementById("readout");
const numbers = (svg, name) => svg.dataset[name].split(" ").map(Number);
const tick = (times, t) => {
  let a = 0, b = times.length - 1;
  if (times[0] - 30 > t || t > times[b] + 30) return -1;
  while (b - a > 1) {
    const middle = (a + b) >> 1;
    if (times[middle] > t) b = middle; else a = middle;
  }
  return Math.abs(times[b] - t) > Math.abs(times[a] - t) ? a : b;
};
const known = (value) => typeof value === "number";
const words = (run, i) => {
  const speed = known(run.speed[i]) ? run.speed[i] + " km/h" : "no speed";
  const steer = run.steer ? known(run.steer[i]) ? run.steer[i] : "none" : null;
  return run.name + ": " + speed + (steer === null ? "" : ", steer " + steer);
};
const hide = () => {
  document.querySelectorAll(".on").forEach((one) => one.classList.remove("on"));
  out.hidden = true;
};
const show = (t) => {
  hide();
  for (const svg of plots) {
    const [left, right, first, last] = numbers(svg, "t");
    const x = left + (t / 1000 - first) / (last - first) * (right - left);
    const line = svg.querySelector(".cursor");
    line.setAttribute("x1", x);
    line.setAttribute("x2", x);
    line.classList.add("on");
  }
  const lines = [(t / 1000).toFixed(2) + " s"];
  runs.forEach((run, k) => {
    const i = tick(run.times, t);
    if (0 > i) return;
    lines.push(words(run, i));
    if (!known(run.x[i])) return;
    if (!known(run.z[i])) return;
    for (const svg of maps) {
      const [ax, bx, cx, ay, by, cy] = numbers(svg, "m");
      const dot = svg.querySelectorAll(".dot")[k];
      dot.setAttribute("cx", ax * run.x[i] + bx * run.z[i] + cx);
      dot.setAttribute("cy", ay * run.x[i] + by * run.z[i] + cy);
      dot.classList.add("on");
    }
  });
  out.textContent = lines.join("\n");
  out.hidden = false;
};
for (const svg of plots) {
  svg.addEventListener("pointermove", (event) => {
    const box = svg.getBoundingClientRect();
    const [left, right, first, last] = numbers(svg, "t");
    const x = (event.clientX - box.left) / box.width * svg.viewBox.baseVal.width;
    const part = Math.min(1, Math.max(0, (x - left) / (right - left)));
    show(Math.round((first + part * (last - first)) * 100) * 10);
  });
  svg.addEventListener("pointerleave", hide);
}
})();
]]

--- The style sheet.
function M.sheet()
  return SHEET .. palette.rules "light" .. "\n@media (prefers-color-scheme:dark){"
    .. palette.rules "dark" .. "}\n"
end

return M
