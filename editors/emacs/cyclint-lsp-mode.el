;;; cyclint-lsp-mode.el --- Reference cycles in Python, through lsp-mode -*- lexical-binding: t; -*-

;;; Code:

(require 'lsp-mode)

(defcustom cyclint-settings nil
  "Keys of cyclint's configuration and their values, as an alist."
  :type '(alist :key-type symbol :value-type sexp)
  :group 'lsp-mode)

(lsp-register-client
 (make-lsp-client
  :new-connection (lsp-stdio-connection '("cyclint" "server"))
  :activation-fn (lsp-activate-on "python")
  :server-id 'cyclint
  :add-on? t
  :priority -1
  :initialization-options (lambda () (or cyclint-settings (make-hash-table)))))

(provide 'cyclint-lsp-mode)
;;; cyclint-lsp-mode.el ends here
