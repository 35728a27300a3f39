//! The class graph as a page: the picture, and the same as text for whoever cannot see it.

use std::io::{self, Write};

use super::{ClassPicture, svg, text};
use crate::output::markup::escape;

/// Writes the page.
pub(super) fn render(picture: &ClassPicture, out: &mut dyn Write) -> io::Result<()> {
    let mut listing = Vec::new();
    text::render(picture, &mut listing)?;
    let listing = String::from_utf8_lossy(&listing);
    writeln!(
        out,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src \
         'unsafe-inline'\">\n<title>cyclint: who holds whom</title>\n<style>\n\
         :root {{ color-scheme: light dark; }}\n\
         body {{ margin: 1rem; font: 16px/1.5 system-ui, sans-serif; }}\n\
         .wide {{ overflow-x: auto; }}\n</style>\n</head>\n<body>\n<h1>Who holds whom</h1>\n\
         <p>Red: on a ring of strong references. Dashed: weak. Dotted: sometimes weak. Thick \
         border: has a finalizer.</p>\n<div class=\"wide\" tabindex=\"0\" role=\"region\" \
         aria-label=\"Graph\">{}</div>\n<h2>As text</h2>\n<pre class=\"wide\" tabindex=\"0\">{}</pre>\n\
         </body>\n</html>",
        svg::picture(picture),
        escape(&listing),
    )
}
