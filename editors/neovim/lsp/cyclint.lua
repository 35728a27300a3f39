-- cyclint: reference cycles in Python. For Neovim 0.11 and newer.
return {
  cmd = { 'cyclint', 'server' },
  filetypes = { 'python' },
  root_markers = { '.cyclint.toml', 'cyclint.toml', 'pyproject.toml', 'setup.cfg', 'setup.py', '.git' },
  settings = { cyclint = vim.empty_dict() },
}
