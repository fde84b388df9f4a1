package privacy

import (
	"archive/zip"
	"context"
	"errors"
	"io"
	"strings"
	"time"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
)

// Format names the shape of data.json: docs/personal-data.md. It changes when a name in it does.
const Format = "comptoir-personal-data-1"

// pageRows is how many rows of a section are in memory at a time.
const pageRows = 200

// section is a part of the export, and the area that may be shut to the contact itself.
type section struct {
	name string
	area actor.Areas
}

// The sections in the order of the file.
var sections = []section{{"contact", 0}, {"customer", 0}, {"sign_in", 0}, {"users", 0}, {"sessions", 0}, {"links", 0}, {"acts", 0}, {"terms", 0}, {"agreements", 0}, {"registrations", 0}, {"requests", 0}, {"proposals", 0}, {"changes", 0},
	{"mails", 0}, {"messages", actor.AreaMessages}, {"conversations", actor.AreaMessages}, {"conversation_files", actor.AreaMessages}, {"files", actor.AreaFiles}, {"decisions", actor.AreaQuotes}, {"mandates", actor.AreaPayments}, {"charge_consents", actor.AreaPayments},
	{"methods", actor.AreaPayments}, {"attempts", actor.AreaPayments}, {"transfers", actor.AreaPayments}, {"subscriptions", actor.AreaSubscriptions}, {"opened_in_its_place", 0}, {"shown", 0}, {"announcements", 0},
	{"contracts", actor.AreaContracts}, {"contract_comments", actor.AreaContracts}, {"contract_parts", actor.AreaContracts}, {"contract_decisions", actor.AreaContracts}, {"contract_sessions", actor.AreaContracts}, {"contract_papers", actor.AreaContracts}, {"invoices", actor.AreaInvoices}, {"quotes", actor.AreaQuotes}}

// single are the sections that are one thing and no list.
func (s section) single() bool {
	return s.name == "contact" || s.name == "customer" || s.name == "sign_in"
}

// Export is one contact's archive, ready to be written.
type Export struct {
	Name string // of the file
	room *Service
	who  actor.Actor
	x    contactCase
	at   time.Time
}

// Export readies the archive of a contact, by the firm; that it was made stands in the log.
func (s *Service) Export(ctx context.Context, who actor.Actor, contactID string) (Export, error) {
	if err := who.Need(actor.Erase); err != nil {
		return Export{}, err
	}
	return s.ready(ctx, who, func(q *gen.Queries) (string, error) { return contactID, nil })
}

// ExportOwn readies the archive of the contact itself: by its own hand, with its password given a
// short while ago, and without what the firm has shut to it.
func (s *Service) ExportOwn(ctx context.Context, who actor.Actor) (Export, error) {
	if err := who.NeedOwnHand(); err != nil {
		return Export{}, err
	}
	return s.ready(ctx, who, func(q *gen.Queries) (string, error) {
		k, err := q.ContactByID(ctx, who.ID)
		return k.PublicID, db.NotFound(err)
	})
}

func (s *Service) ready(ctx context.Context, who actor.Actor, whose func(*gen.Queries) (string, error)) (e Export, err error) {
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		id, err := whose(tx.Queries)
		if err != nil {
			return err
		}
		x, err := caseOf(ctx, tx.Queries, id)
		if err != nil {
			return err
		}
		if x.contact.ErasedAt != nil {
			return errErased
		}
		name := locale.T(who.Lang, "common.privacy.file", map[string]any{"number": x.contact.CustomerNumber, "date": x.firm.Today(tx.Now).String()})
		e = Export{Name: name + ".zip", room: s, who: who, x: x, at: tx.Now}
		return audit.Write(ctx, tx, who, audit.Record{Action: "customer.contact_exported", ObjectKind: "customer", ObjectID: x.contact.CustomerID, Details: map[string]any{"contact": x.contact.ID}})
	})
	return e, err
}

// WriteTo writes the archive as a ZIP: one page of rows or one file in memory at a time. An error
// leaves it cut short, which every program that opens it notices.
func (e Export) WriteTo(ctx context.Context, w io.Writer) error {
	z := zip.NewWriter(w)
	held := []db.PersonalRow{}
	if err := e.put(z, locale.T(e.who.Lang, "common.privacy.read_me", nil)+".txt", strings.NewReader(e.readMe())); err != nil {
		return err
	}
	j, err := e.create(z, "data.json", zip.Deflate)
	if err == nil {
		held, err = e.data(ctx, j)
	}
	for _, r := range held {
		if err == nil {
			err = e.file(ctx, z, r)
		}
	}
	if err != nil {
		return err
	}
	return z.Close()
}

// data writes data.json and gives the files that it names.
func (e Export) data(ctx context.Context, w io.Writer) (held []db.PersonalRow, err error) {
	j := &jsonWriter{w: w}
	j.raw("{\n")
	j.pair("format", Format)
	j.pair("made_at", db.Stamp(e.at))
	j.pair("by", e.x.firm.Name)
	whose := db.Whose{ContactID: e.x.contact.ID, CustomerID: e.x.contact.CustomerID, Itself: e.x.itself()}
	for i, s := range sections {
		shut := e.who.Kind == actor.Contact && !e.who.Sees(s.area)
		j.begin(s, i == len(sections)-1, shut)
		for after, more := int64(0), !shut; more; {
			rows, err := e.room.DB.Personal(ctx, s.name, whose, after, pageRows)
			if err != nil {
				return nil, err
			}
			for _, r := range rows {
				j.row(r.JSON)
				if r.Path != "" {
					r.JSON = "" // it is written
					held = append(held, r)
				}
				after = r.ID
			}
			more = len(rows) == pageRows && !s.single()
		}
		j.end()
	}
	j.raw("}\n")
	return held, j.err
}

// file puts one of the files that data.json names into the archive. A file that is gone from the
// folder is left out: the export of the rest is owed all the same.
func (e Export) file(ctx context.Context, z *zip.Writer, r db.PersonalRow) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if r.Ref != "" {
		f, err := e.room.Paper(ctx, r.Ref)
		if err != nil {
			return err
		}
		return e.put(z, r.Path, strings.NewReader(string(f.Bytes)))
	}
	content, err := e.room.Open(r.SHA256, r.Size)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return errors.Join(e.put(z, r.Path, content), content.Close())
}

func (e Export) create(z *zip.Writer, name string, method uint16) (io.Writer, error) {
	return z.CreateHeader(&zip.FileHeader{Name: name, Method: method, Modified: e.at})
}

// put stores a file as it is: pictures and PDFs are squeezed already.
func (e Export) put(z *zip.Writer, name string, content io.Reader) error {
	w, err := e.create(z, name, zip.Store)
	if err == nil {
		_, err = io.Copy(w, content)
	}
	if err == nil {
		err = z.Flush()
	}
	return err
}

// readMe explains the archive and how long the firm keeps what, in the reader's language.
func (e Export) readMe() string {
	k := e.x.contact
	lines := []string{locale.T(e.who.Lang, "common.privacy.read_me_text", map[string]any{"firm": e.x.firm.Name, "name": k.Name, "customer": k.CustomerName, "format": Format}), ""}
	for _, s := range e.x.stays() {
		lines = append(lines, "- "+locale.T(e.who.Lang, "common.privacy.kept."+s.Kind, nil)+" — "+locale.T(e.who.Lang, "common.privacy.law."+s.Place+"."+s.Kind, nil))
	}
	return strings.Join(lines, "\n") + "\n"
}
