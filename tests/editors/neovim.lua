-- What a user of Neovim sees. Ends Neovim, with 1 if something is missing.
local function fail(message)
  io.stderr:write('FAILED: ' .. message .. '\n')
  vim.cmd('cquit 1')
end

local function await(what, condition)
  if not vim.wait(20000, condition, 50) then
    fail(what)
  end
end

local function request(method, params)
  local results = vim.lsp.buf_request_sync(0, method, params, 10000)
  for _, answer in pairs(results or {}) do
    return answer.result
  end
end

await('no diagnostics', function()
  return #vim.diagnostic.get(0) == 1
end)
local finding = vim.diagnostic.get(0)[1]
if finding.lnum ~= 2 or finding.source ~= 'cyclint' then
  fail('not the finding: ' .. vim.inspect(finding))
end

vim.api.nvim_win_set_cursor(0, { 3, 10 })
local hover = request('textDocument/hover', vim.lsp.util.make_position_params())
if not hover or not hover.contents.value:find('Port.__del__', 1, true) then
  fail('no hover: ' .. vim.inspect(hover))
end

local params = vim.lsp.util.make_range_params()
params.context = { diagnostics = vim.lsp.diagnostic.get_line_diagnostics() }
local applied = false
for _, action in ipairs(request('textDocument/codeAction', params) or {}) do
  if action.title:find('^Ignore CYC102') then
    vim.lsp.util.apply_workspace_edit(action.edit, 'utf-16')
    applied = true
  end
end
if not applied then
  fail('no code action')
end
local line = vim.api.nvim_buf_get_lines(0, 2, 3, false)[1]
if not line:find('# cyclint: ignore[back-reference]', 1, true) then
  fail('not applied: ' .. line)
end
await('the finding stays', function()
  return #vim.diagnostic.get(0) == 0
end)
io.stdout:write('Neovim: diagnostics, hover and code action work\n')
vim.cmd('qall!')
