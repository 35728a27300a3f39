" cyclint: reference cycles in Python, for ALE.
call ale#Set('python_cyclint_executable', 'cyclint')
call ale#Set('python_cyclint_options', {})

call ale#linter#Define('python', {
\   'name': 'cyclint',
\   'lsp': 'stdio',
\   'executable': {buffer -> ale#Var(buffer, 'python_cyclint_executable')},
\   'command': '%e server',
\   'project_root': function('ale#python#FindProjectRoot'),
\   'initialization_options': {buffer -> ale#Var(buffer, 'python_cyclint_options')},
\})
