--- The table of checkpoint times. Part of tas.report.

local splits = require "tas.splits"
local text = require "tas.report.text"

local M = {}

local function difference_cell(ms)
  if not ms then return "<td></td>" end
  local class = ms < 0 and "gained" or ms > 0 and "lost" or "even"
  local mark = ms < 0 and "▼ " or ms > 0 and "▲ " or ""
  return ('<td class="%s">%s%s</td>'):format(class, mark, text.signed(ms / 1000,
    ms % 10 == 0 and 2 or 3))
end

local function time_cell(ms, is_best)
  if not ms then return '<td class="missing">–</td>' end
  local time = splits.time_text(ms)
  return is_best and ("<td><strong>%s</strong></td>"):format(time) or ("<td>%s</td>"):format(time)
end

local function row_of(comparison, i)
  local row = comparison[i]
  local name = i == comparison.target and "finish" or tostring(i)
  local cells = { ('<th scope="row">%s</th>'):format(name) }
  for k = 1, row.n do
    local section = row.sections[k]
    cells[#cells + 1] = time_cell(row.times[k], false)
    cells[#cells + 1] = time_cell(section, row.n > 1 and section == row.best_section)
    if k > 1 then cells[#cells + 1] = difference_cell(row.differences[k]) end
  end
  return "<tr>" .. table.concat(cells) .. "</tr>"
end

local function heads(runs)
  local names, columns = { '<tr><td rowspan="2"></td>' }, { "<tr>" }
  for i, run in ipairs(runs) do
    names[#names + 1] = ('<th scope="colgroup" colspan="%d"><span class="swatch %s">%s</span></th>')
      :format(i > 1 and 3 or 2, run.class, text.escape(run.name))
    columns[#columns + 1] = '<th scope="col">time</th><th scope="col">section</th>'
    if i > 1 then columns[#columns + 1] = '<th scope="col">difference</th>' end
  end
  return table.concat(names) .. "</tr>\n" .. table.concat(columns) .. "</tr>"
end

--- The runs that have splits.
function M.with_splits(runs)
  local list = {}
  for _, run in ipairs(runs) do
    if run.splits and #run.splits.times > 0 then list[#list + 1] = run end
  end
  return list
end

--- The content of the figure, for runs that all have splits.
function M.draw(runs)
  local list = {}
  for i, run in ipairs(runs) do list[i] = run.splits end
  local comparison = splits.compare(list)
  local rows = {}
  for i = 1, #comparison do rows[i] = row_of(comparison, i) end
  local note = ""
  if #runs > 1 then
    note = ('\n<p class="note">Best sections together: <strong>%s</strong>. Differences are to %s; '
      .. '▲ + is later, ▼ − is earlier. The best time of a section is in bold.</p>'):format(
      splits.time_text(comparison.best_of), text.escape(runs[1].name))
  end
  return ('<div class="scroll"><table>\n<thead>\n%s\n</thead>\n<tbody>\n%s\n</tbody>\n</table>'
    .. '</div>%s'):format(heads(runs), table.concat(rows, "\n"), note)
end

return M
