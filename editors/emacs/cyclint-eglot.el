;;; cyclint-eglot.el --- Reference cycles in Python, through eglot -*- lexical-binding: t; -*-

;;; Code:

(require 'eglot)

(add-to-list 'eglot-server-programs
             '((python-mode python-ts-mode) . ("cyclint" "server")))

(provide 'cyclint-eglot)
;;; cyclint-eglot.el ends here
