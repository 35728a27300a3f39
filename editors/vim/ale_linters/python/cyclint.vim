" cyclint: reference cycles in Python, for ALE.
let g:ale_python_cyclint_executable = get(g:, 'ale_python_cyclint_executable', 'cyclint')
let g:ale_python_cyclint_options = get(g:, 'ale_python_cyclint_options', {})

function! s:Executable(buffer) abort
  return ale#Var(a:buffer, 'python_cyclint_executable')
endfunction

function! s:Options(buffer) abort
  return ale#Var(a:buffer, 'python_cyclint_options')
endfunction

function! s:Define() abort
  call ale#linter#Define('python', {
  \   'name': 'cyclint',
  \   'lsp': 'stdio',
  \   'executable': function('s:Executable'),
  \   'command': '%e server',
  \   'project_root': function('ale#python#FindProjectRoot'),
  \   'initialization_options': function('s:Options'),
  \})
endfunction

augroup cyclint_ale
  autocmd!
  autocmd VimEnter * call s:Define()
augroup END
