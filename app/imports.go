package app

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"path/filepath"
	"strings"
	"sync"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/id"
	"comptoir/core/locale"
	"comptoir/edge/exchange"
	"comptoir/office/imports"
)

// Imports is bound to the window: the assistant that takes files of other programs over.
type Imports struct{ desk *desk }

// maxOpenImports is how many files the program keeps open for people who went away to look
// something up; the oldest goes first.
const maxOpenImports = 5

// importBox holds the files that are open in the assistant.
type importBox struct {
	mu   sync.Mutex
	open []*openImport
}

// openImport is one file in the assistant, with what was chosen so far.
type openImport struct {
	mu       sync.Mutex // of what is below
	id       string
	kind     string
	table    imports.Table
	read     exchange.Read
	options  imports.Options
	running  bool
	done     int
	total    int
	cancel   context.CancelFunc
	finished *imports.Done
}

func (b *importBox) add(x *openImport) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.open) >= maxOpenImports {
		b.open = b.open[1:]
	}
	b.open = append(b.open, x)
}

func (b *importBox) find(id string) (*openImport, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, x := range b.open {
		if x.id == id {
			return x, nil
		}
	}
	return nil, fault.New(fault.NotFound, "fault.import.gone")
}

func (b *importBox) drop(id string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i, x := range b.open {
		if x.id == id {
			b.open = append(b.open[:i:i], b.open[i+1:]...)
			return
		}
	}
}

// ReadImport reads a file into the table that office/imports takes.
func ReadImport(name string, content []byte) (imports.Table, exchange.Read, error) {
	r, err := exchange.ReadTable(content)
	if err != nil {
		return imports.Table{}, r, err
	}
	sum := sha256.Sum256(content)
	if name = filepath.Base(strings.ReplaceAll(name, "\\", "/")); len(name) > 200 {
		name = strings.ToValidUTF8(name[:200], "")
	}
	return imports.Table{FileName: name, SHA256: hex.EncodeToString(sum[:]), Rows: r.Rows, Serial: r.Serial, From1904: r.From1904}, r, nil
}

// ImportField is something that a column may hold.
type ImportField struct {
	ID       string `json:"id"`
	Label    string `json:"label"`
	Required bool   `json:"required"`
}

// ImportColumn is a column of the file with what stands in it.
type ImportColumn struct {
	Head    string   `json:"head"`
	Field   string   `json:"field"`
	Samples []string `json:"samples"`
}

// ImportProblem is what is wrong with a cell, in the reader's words.
type ImportProblem struct {
	Row     int    `json:"row"`
	Column  string `json:"column"`
	Value   string `json:"value"`
	Message string `json:"message"`
}

// ImportRow is one row as it would become; cells follow ImportView.PreviewHead.
type ImportRow struct {
	Row   int      `json:"row"`
	Fate  string   `json:"fate"`
	Why   string   `json:"why"`
	Cells []string `json:"cells"`
}

// ImportView is everything that the assistant shows of an open file.
type ImportView struct {
	ID          string          `json:"id"`
	Kind        string          `json:"kind"`
	FileName    string          `json:"fileName"`
	Form        string          `json:"form"`
	Encoding    string          `json:"encoding"`
	Separator   string          `json:"separator"`
	Sheet       string          `json:"sheet"`
	Options     imports.Options `json:"options"`
	Columns     []ImportColumn  `json:"columns"`
	Fields      []ImportField   `json:"fields"`
	Rows        int             `json:"rows"`
	Made        int             `json:"made"`
	Changed     int             `json:"changed"`
	Skipped     int             `json:"skipped"`
	Faults      int             `json:"faults"`
	Problems    []ImportProblem `json:"problems"` // the first hundred; the file of problems has them all
	ErrorsHref  string          `json:"errorsHref"`
	PreviewHead []string        `json:"previewHead"`
	Preview     []ImportRow     `json:"preview"`
	SeenOn      string          `json:"seenOn"` // the same content came in before: when, by whom
	SeenBy      string          `json:"seenBy"`
	Done        *imports.Done   `json:"done"` // nil until it was carried out
	Running     bool            `json:"running"`
	Today       string          `json:"today"`
}

const shownProblems = 100

// Open reads a file (base64) and proposes how it is understood.
func (s *Imports) Open(kind, name, content string) (ImportView, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return ImportView{}, err
	}
	if len(content) > exchange.MaxReadBytes*4/3+8 {
		return ImportView{}, fault.New(fault.Invalid, "fault.import.too_large", "max", exchange.MaxReadBytes>>20)
	}
	b, err := base64.StdEncoding.DecodeString(content)
	if err != nil {
		return ImportView{}, fault.New(fault.Invalid, "fault.call_shape").With(err)
	}
	x := &openImport{id: id.Random()(), kind: kind}
	if x.table, x.read, err = ReadImport(name, b); err != nil {
		return ImportView{}, err
	}
	if x.options, _, err = h.Imports.Propose(s.desk.ctx, who, kind, x.table); err != nil {
		return ImportView{}, err
	}
	h.importing.add(x)
	return s.view(h, who, x)
}

// Get gives an open file again, to somebody who comes back to it.
func (s *Imports) Get(id string) (ImportView, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return ImportView{}, err
	}
	x, err := h.importing.find(id)
	if err != nil {
		return ImportView{}, err
	}
	return s.view(h, who, x)
}

// Change keeps other choices and shows what they come to.
func (s *Imports) Change(id string, o imports.Options) (ImportView, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return ImportView{}, err
	}
	x, err := h.importing.find(id)
	if err != nil {
		return ImportView{}, err
	}
	x.mu.Lock()
	if x.running || x.finished != nil {
		x.mu.Unlock()
		return ImportView{}, fault.New(fault.Conflict, "fault.import.running")
	}
	x.options = o
	x.mu.Unlock()
	return s.view(h, who, x)
}

// Close forgets an open file.
func (s *Imports) Close(id string) error {
	h, _, err := s.desk.open()
	if err == nil {
		h.importing.drop(id)
	}
	return err
}

// ImportProgress tells how far a running import is.
type ImportProgress struct {
	Running bool `json:"running"`
	Done    int  `json:"done"`
	Total   int  `json:"total"`
}

// Progress tells how far an import is.
func (s *Imports) Progress(id string) (ImportProgress, error) {
	h, _, err := s.desk.open()
	if err != nil {
		return ImportProgress{}, err
	}
	x, err := h.importing.find(id)
	if err != nil {
		return ImportProgress{}, err
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	return ImportProgress{Running: x.running, Done: x.done, Total: x.total}, nil
}

// Cancel stops a running import; nothing of it is stored.
func (s *Imports) Cancel(id string) error {
	h, _, err := s.desk.open()
	if err != nil {
		return err
	}
	x, err := h.importing.find(id)
	if err != nil {
		return err
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.cancel != nil {
		x.cancel()
	}
	return nil
}

// Run carries the import out, whole or not at all. It goes on when the window that asked
// is closed; Progress and Get tell of it.
func (s *Imports) Run(id, key string) (ImportView, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return ImportView{}, err
	}
	x, err := h.importing.find(id)
	if err != nil {
		return ImportView{}, err
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(s.desk.ctx))
	defer cancel()
	if x.isFinished() { // a second click, or another tab: what was carried out is shown
		return s.view(h, who, x)
	}
	if err := x.begin(cancel); err != nil {
		return ImportView{}, err
	}
	done, err := h.Imports.Import(ctx, who, imports.Run{Key: key, Kind: x.kind, Options: x.options}, x.table, x.progress)
	x.end(done, err)
	if err != nil {
		return ImportView{}, err
	}
	h.changed("customers", "items", "invoices", "books")
	return s.view(h, who, x)
}

func (x *openImport) isFinished() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.finished != nil
}

func (x *openImport) begin(cancel context.CancelFunc) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.running || x.finished != nil {
		return fault.New(fault.Conflict, "fault.import.running")
	}
	x.running, x.cancel, x.done, x.total = true, cancel, 0, 0
	return nil
}

func (x *openImport) progress(done, total int) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.done, x.total = done, total
}

func (x *openImport) end(d imports.Done, err error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.running, x.cancel = false, nil
	if err == nil {
		x.finished = &d
	}
}

// History gives the last imports.
func (s *Imports) History() ([]imports.Done, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return nil, err
	}
	return h.Imports.History(s.desk.ctx, who, 50)
}

func (s *Imports) view(h *House, who actor.Actor, x *openImport) (ImportView, error) {
	x.mu.Lock()
	o, done, running := x.options, x.finished, x.running
	x.mu.Unlock()
	v := ImportView{ID: x.id, Kind: x.kind, FileName: x.table.FileName, Form: x.read.Form, Encoding: x.read.Encoding, Separator: x.read.Separator, Sheet: x.read.Sheet, Options: o,
		Columns: []ImportColumn{}, Fields: []ImportField{}, Problems: []ImportProblem{}, PreviewHead: []string{}, Preview: []ImportRow{}, Done: done, Running: running,
		ErrorsHref: "/files/imports/" + x.id + "/errors.csv"}
	firm, err := h.Company.Firm(s.desk.ctx, who)
	if err != nil {
		return ImportView{}, err
	}
	v.Today = firm.Today(h.DB.Now()).String()
	_, fields, err := h.Imports.Propose(s.desk.ctx, who, x.kind, imports.Table{})
	if err != nil {
		return ImportView{}, err
	}
	for _, f := range fields {
		v.Fields = append(v.Fields, ImportField{ID: f.ID, Label: ImportLabel(s.desk.lang, fields, f.ID), Required: f.Required})
	}
	v.Columns = columnsOf(x.table, o)
	if done != nil || running { // what was done is not judged again
		return v, nil
	}
	r, err := h.Imports.Check(s.desk.ctx, who, x.kind, x.table, o)
	if err != nil {
		return ImportView{}, err
	}
	s.fill(&v, r, fields)
	before, err := h.Imports.Seen(s.desk.ctx, who, x.kind, x.table.SHA256)
	if before != nil {
		v.SeenOn, v.SeenBy = before.At, before.By
	}
	return v, err
}

// fill writes a report in the reader's words.
func (s *Imports) fill(v *ImportView, r imports.Report, fields []imports.Field) {
	v.Rows, v.Made, v.Changed, v.Skipped, v.Faults = r.Rows, r.Made, r.Changed, r.Skipped, r.Faults
	for _, p := range r.Problems[:min(len(r.Problems), shownProblems)] {
		v.Problems = append(v.Problems, problemOf(s.desk.lang, fields, p))
	}
	place := map[string]int{}
	for _, id := range v.Options.Columns {
		if _, twice := place[id]; id != "" && !twice {
			place[id] = len(v.PreviewHead)
			v.PreviewHead = append(v.PreviewHead, ImportLabel(s.desk.lang, fields, id))
		}
	}
	for _, x := range r.Preview {
		row := ImportRow{Row: x.Row, Fate: x.Fate, Cells: make([]string, len(v.PreviewHead))}
		if x.Why != "" {
			row.Why = s.desk.t(x.Why, nil)
		}
		for _, c := range x.Values {
			if i, known := place[c.Field]; known {
				row.Cells[i] = s.desk.cell(c)
			}
		}
		v.Preview = append(v.Preview, row)
	}
}

// importErrors answers GET /files/imports/{id}/errors.csv: every problem with its row, its
// column and what stands there, for a person who mends the file.
func (a *App) importErrors(w http.ResponseWriter, r *http.Request) {
	d := &desk{app: a, ctx: r.Context(), lang: locale.Parse(r.Header.Get("Accept-Language"))}
	h, who, err := d.open()
	if err != nil {
		a.refuse(w, d, r, err)
		return
	}
	x, err := h.importing.find(r.PathValue("id"))
	if err != nil {
		a.refuse(w, d, r, err)
		return
	}
	x.mu.Lock()
	o := x.options
	x.mu.Unlock()
	report, err := h.Imports.Check(d.ctx, who, x.kind, x.table, o)
	if err != nil {
		a.refuse(w, d, r, err)
		return
	}
	_, fields, err := h.Imports.Propose(d.ctx, who, x.kind, imports.Table{})
	if err != nil {
		a.refuse(w, d, r, err)
		return
	}
	w.Header().Set("Content-Type", exchange.MediaType("csv"))
	w.Header().Set("Content-Disposition", disposition("text/csv", d.t("common.import.errors_name", nil)+".csv"))
	w.Header().Set("Cache-Control", "no-store")
	sheet, err := exchange.NewSheet("csv", w, []string{d.t("common.import.row", nil), d.t("common.import.column", nil), d.t("common.import.value", nil), d.t("common.import.message", nil)}, d.lang == locale.FR)
	if err != nil {
		return // the reader is gone
	}
	for _, p := range report.Problems {
		x := problemOf(d.lang, fields, p)
		if err := sheet.Row(int64(x.Row), x.Column, x.Value, x.Message); err != nil {
			return
		}
	}
	_ = sheet.Close() // the reader may be gone
}
