-- cyclint: reference cycles in Python. For Neovim 0.7 to 0.10.
local settings = {
  -- scope = 'all',
}

local markers = { '.cyclint.toml', 'cyclint.toml', 'pyproject.toml', 'setup.cfg', 'setup.py', '.git' }

local function has_marker(directory)
  for _, marker in ipairs(markers) do
    if vim.loop.fs_stat(directory .. '/' .. marker) then
      return true
    end
  end
  return false
end

local function root_of(file)
  local start = vim.fn.fnamemodify(file, ':p:h')
  local directory = start
  while not has_marker(directory) do
    local parent = vim.fn.fnamemodify(directory, ':h')
    if parent == directory then
      return start
    end
    directory = parent
  end
  return directory
end

-- One server for each project.
local clients = {}

local function attach(buffer)
  local root = root_of(vim.api.nvim_buf_get_name(buffer))
  local client = clients[root]
  if not client or not vim.lsp.get_client_by_id(client) then
    client = vim.lsp.start_client({
      name = 'cyclint',
      cmd = { 'cyclint', 'server' },
      root_dir = root,
      workspace_folders = { { uri = vim.uri_from_fname(root), name = root } },
      init_options = settings,
      settings = { cyclint = settings },
    })
    clients[root] = client
  end
  if client then
    vim.lsp.buf_attach_client(buffer, client)
  end
end

vim.api.nvim_create_autocmd('FileType', {
  pattern = 'python',
  callback = function(event)
    attach(event.buf)
  end,
})
