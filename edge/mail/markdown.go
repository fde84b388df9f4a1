package mail

import (
	"bufio"
	"bytes"
	stdhtml "html"
	"html/template"
	"strconv"
	"strings"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// One Markdown gives the page and the plain text. A line break typed is a line break.
var markdown = goldmark.New(goldmark.WithRendererOptions(html.WithHardWraps(), renderer.WithNodeRenderers(util.Prioritized(headings{}, 100))))

// headings writes a heading as a paragraph that stands out: the page has headings of its own,
// and without a block around them its words would run into those of the next.
type headings struct{}

// RegisterFuncs has headings written so.
func (headings) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(ast.KindHeading, func(w util.BufWriter, _ []byte, _ ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			_, err := w.WriteString("<p><strong>")
			return ast.WalkContinue, err
		}
		_, err := w.WriteString("</strong></p>\n")
		return ast.WalkContinue, err
	})
}

// policy lets through what a letter needs: no images (they would tell when it is read), no
// styles, no headings that shout.
var policy = func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "strong", "em", "ul", "ol", "li", "blockquote", "code")
	p.AllowAttrs("href").OnElements("a")
	p.AllowURLSchemes("http", "https", "mailto", "tel")
	p.RequireParseableURLs(true)
	return p
}()

// toHTML renders Markdown; what it returns is safe to stand in a page.
func toHTML(md string) template.HTML {
	var b bytes.Buffer
	if err := markdown.Convert([]byte(md), &b); err != nil {
		return template.HTML("<p>" + template.HTMLEscapeString(md) + "</p>") // #nosec G203 -- escaped in this line
	}
	return template.HTML(strings.TrimSpace(policy.Sanitize(b.String()))) // #nosec G203 -- sanitised in this line
}

// HTML renders Markdown that a firm wrote, sanitised: paragraphs, lists, emphasis and links,
// nothing else. It is safe to stand in a page as it is.
func HTML(md string) string { return string(toHTML(md)) }

// toText renders the same Markdown as plain text: paragraphs with a line between them,
// links with their address behind.
func toText(md string) string {
	source := []byte(md)
	var w textWriter
	w.blocks(markdown.Parser().Parse(text.NewReader(source)), source, "", "")
	return strings.TrimRight(w.b.String(), "\n")
}

type textWriter struct {
	b     strings.Builder
	tight bool // inside a list whose items stand close
}

// blocks writes the block children of n; first stands before the first line, rest before
// the others.
func (w *textWriter) blocks(n ast.Node, source []byte, first, rest string) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch x := c.(type) {
		case *ast.List:
			w.list(x, source, rest)
		case *ast.Blockquote:
			w.blocks(x, source, rest+"> ", rest+"> ")
		case *ast.HTMLBlock: // the page drops it too
		case *ast.ThematicBreak:
			w.line("--", rest, rest)
		case *ast.FencedCodeBlock, *ast.CodeBlock:
			lines := c.Lines()
			for i := range lines.Len() {
				seg := lines.At(i)
				w.b.WriteString(rest + strings.TrimRight(string(seg.Value(source)), "\n") + "\n")
			}
			w.b.WriteString("\n")
		default:
			w.line(inline(c, source), first, rest)
		}
		first = rest
	}
}

func (w *textWriter) list(l *ast.List, source []byte, indent string) {
	n := l.Start
	for c := l.FirstChild(); c != nil; c = c.NextSibling() {
		mark := "- "
		if l.IsOrdered() {
			mark = strconv.Itoa(n) + ". "
			n++
		}
		was := w.tight
		w.tight = true
		w.blocks(c, source, indent+mark, indent+strings.Repeat(" ", len(mark)))
		w.tight = was
	}
	if !w.tight {
		w.b.WriteString("\n")
	}
}

func (w *textWriter) line(s, first, rest string) {
	for i, part := range strings.Split(s, "\n") {
		if i == 0 {
			w.b.WriteString(first)
		} else {
			w.b.WriteString(rest)
		}
		w.b.WriteString(part + "\n")
	}
	if !w.tight {
		w.b.WriteString("\n")
	}
}

// inline gives the words of n's inline children.
func inline(n ast.Node, source []byte) string {
	var b strings.Builder
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch x := c.(type) {
		case *ast.Text:
			b.Write(plain(x.Value(source)))
			if x.SoftLineBreak() || x.HardLineBreak() {
				b.WriteString("\n")
			}
		case *ast.String:
			b.Write(x.Value)
		case *ast.CodeSpan:
			for t := x.FirstChild(); t != nil; t = t.NextSibling() {
				if t, ok := t.(*ast.Text); ok {
					b.Write(t.Value(source))
				}
			}
		case *ast.AutoLink:
			b.Write(x.URL(source))
		case *ast.Link:
			words, address := inline(x, source), string(x.Destination)
			b.WriteString(words)
			if address != "" && address != words {
				b.WriteString(" (" + address + ")")
			}
		case *ast.RawHTML:
		default:
			b.WriteString(inline(c, source))
		}
	}
	return b.String()
}

// plain undoes backslash escapes and entities in the order that the page's renderer does:
// its own writer, then the browser's part.
func plain(s []byte) []byte {
	var b bytes.Buffer
	w := bufio.NewWriter(&b)
	html.DefaultWriter.Write(w, s)
	_ = w.Flush() // into memory
	return []byte(stdhtml.UnescapeString(b.String()))
}
