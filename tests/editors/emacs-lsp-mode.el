;; What a user of lsp-mode sees. -*- lexical-binding: t; -*-
(setq lsp-auto-guess-root t
      lsp-diagnostics-provider :none
      lsp-enable-file-watchers nil
      lsp-enable-snippet nil
      lsp-headerline-breadcrumb-enable nil
      lsp-keep-workspace-alive nil
      lsp-modeline-code-actions-enable nil
      lsp-modeline-diagnostics-enable nil
      lsp-response-timeout 30)
(require 'lsp-mode)
(load (expand-file-name "emacs/cyclint-lsp-mode.el" (getenv "EDITORS")))
(setq cyclint-settings '((scope . "all")))
(setq lsp-enabled-clients '(cyclint))
(lsp-workspace-folders-add default-directory)
(find-file "port.py")
(lsp)
(with-timeout (60 (error "No finding"))
  (while (= 0 (hash-table-count (lsp-diagnostics t)))
    (accept-process-output nil 0.1)))
(maphash (lambda (file found)
           (unless (equal "CYC102" (gethash "code" (aref (vconcat found) 0)))
             (error "Not the finding in %s: %S" file found)))
         (lsp-diagnostics t))
(goto-char (point-min))
(search-forward "self.reader")
(let* ((hover (lsp-request "textDocument/hover" (lsp--text-document-position-params)))
       (text (gethash "value" (gethash "contents" hover))))
  (unless (string-match-p "reader.py:3" text)
    (error "No hover: %S" hover)))
