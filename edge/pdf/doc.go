// Package pdf prints documents: invoices, credit notes, deposit invoices, quotes and
// payment receipts, as PDF files with embedded fonts and selectable text.
//
// What lives here: the page layout, the fonts, and the small writer of PDF objects. What
// must not: rules, arithmetic, the clock, the wording of the law. A Paper arrives with
// everything already decided and written out; the same Paper always gives the same bytes,
// so that a filed document can be made again and compared. Called by the jobs that file
// documents, by the preview of the window and by the portal's receipts.
//
// The way through the files: paper.go (what comes in) → renderer.go → flow.go, invoice.go,
// table.go, blocks.go, receipt.go (where things stand on the pages) → sheet.go (a page as
// a list of marks) → text.go, wrap.go, bidi.go, order.go (letters to glyphs) → font.go,
// subset.go, tounicode.go (fonts) → writer.go, content.go (bytes). Lengths are in points,
// y grows downwards until content.go turns it.
package pdf
