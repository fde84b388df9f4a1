package app

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gofrs/flock"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/id"
	"comptoir/db"
	"comptoir/edge/gateway"
	"comptoir/edge/keys"
	"comptoir/edge/mail"
	"comptoir/edge/paper"
	"comptoir/edge/provision"
	"comptoir/office/access"
	"comptoir/office/attachments"
	"comptoir/office/audit"
	"comptoir/office/books"
	"comptoir/office/catalog"
	"comptoir/office/catchup"
	"comptoir/office/charging"
	"comptoir/office/chat"
	"comptoir/office/company"
	"comptoir/office/contracts"
	"comptoir/office/customers"
	"comptoir/office/files"
	"comptoir/office/hours"
	"comptoir/office/imports"
	"comptoir/office/notices"
	"comptoir/office/outbox"
	"comptoir/office/payments"
	"comptoir/office/privacy"
	"comptoir/office/provider"
	"comptoir/office/provisioning"
	"comptoir/office/recurring"
	"comptoir/office/registration"
	"comptoir/office/reminders"
	"comptoir/office/sales"
	"comptoir/office/schedule"
	"comptoir/office/search"
	"comptoir/office/sepa"
	"comptoir/office/signing"
	"comptoir/office/statements"
	"comptoir/office/subscriptions"
	"comptoir/office/users"
)

// HouseOptions say how a company folder is opened.
type HouseOptions struct {
	Folder string
	Create bool             // make the folder and its key when they are missing
	Bulk   bool             // fill quickly, without flushing each commit (the demo)
	Clock  func() time.Time // nil: time.Now
	IDs    id.Source        // nil: random
	Log    *slog.Logger     // nil: discard
	// Webhooks sends events; nil: over HTTP.
	Webhooks provisioning.Sender
	// Changed is called after commits with what changed; it must not block.
	Changed func(topics ...string)
	// Ended is called when sessions of users ended; it must not block.
	Ended func()
}

// House is one open company: its file and every room, wired.
type House struct {
	Folder        string
	DB            *db.DB
	Company       *company.Service
	Customers     *customers.Service
	Catalog       *catalog.Service
	Attachments   *attachments.Service
	Imports       *imports.Service
	Sales         *sales.Service
	Payments      *payments.Service
	Recurring     *recurring.Service
	Contracts     *contracts.Service
	Schedule      *schedule.Service
	Signing       *signing.Service
	Sepa          *sepa.Service
	Reminders     *reminders.Service
	Charging      *charging.Service
	Subscriptions *subscriptions.Service
	Registration  *registration.Service
	CatchUp       *catchup.Service
	Statements    *statements.Service
	Notices       *notices.Service
	Provider      *provider.Service
	Chat          *chat.Service
	Hours         *hours.Service
	Books         *books.Service
	Access        *access.Service
	Users         *users.Service
	Search        *search.Service
	Privacy       *privacy.Service
	Outbox        *outbox.Service
	Audit         *audit.Reader
	Worker        *outbox.Worker
	Provisioning  *provisioning.Service
	API           *provision.API
	Files         *files.Store
	Keys          *keys.File

	demo      atomic.Bool // known to be the demo company
	log       *slog.Logger
	changed   func(topics ...string)
	lock      *flock.Flock
	practice  *practiceBox
	portal    portalDoor
	desk      atomic.Pointer[string] // the desk's address on the network, nil while it is closed
	importing importBox

	hooked  chan struct{} // rung when something may be to be told to webhooks
	charges chan struct{} // rung when a charge is to be made
	moved   chan struct{} // rung when money moved: pages that nobody is to pay on any more are closed
	told    chan struct{} // rung when a gateway told something
	end     func()        // ends the rounds; nil before Start
	rounds  sync.WaitGroup
}

// Names inside a company folder.
const (
	fileDB      = "comptoir.db"
	fileLock    = "lock"
	folderFiles = "files"
	folderPays  = "practice-payments"
)

// Faults of opening a folder, each a state of the recovery screen.
var (
	ErrMissing = fault.New(fault.NotFound, "fault.folder_missing")
	ErrLocked  = fault.New(fault.Conflict, "fault.folder_locked")
)

// OpenHouse opens a company folder: the lock first, so that two programs never meet in one
// file. A missing folder gives ErrMissing, one in use ErrLocked, a newer or damaged file
// the faults of db.
func OpenHouse(ctx context.Context, o HouseOptions) (*House, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.IDs == nil {
		o.IDs = id.Random()
	}
	if o.Changed == nil {
		o.Changed = func(...string) {}
	}
	if err := prepareFolder(o); err != nil {
		return nil, err
	}
	h := &House{Folder: o.Folder, log: o.Log, changed: o.Changed, lock: flock.New(filepath.Join(o.Folder, fileLock))}
	if ok, err := h.lock.TryLock(); err != nil {
		return nil, unreadable(err)
	} else if !ok {
		return nil, ErrLocked
	}
	if err := h.open(ctx, o); err != nil {
		return nil, errors.Join(err, h.Close(ctx))
	}
	return h, nil
}

func prepareFolder(o HouseOptions) error {
	_, err := os.Stat(filepath.Join(o.Folder, fileDB))
	switch {
	case emptied(o.Folder) && !o.Create:
		return db.ErrDamaged // by a full disk or a broken copy: never filled anew in silence
	case err == nil:
		return nil
	case !errors.Is(err, fs.ErrNotExist):
		return unreadable(err)
	case !o.Create:
		return ErrMissing
	}
	if err := os.MkdirAll(o.Folder, 0o700); err != nil {
		return unreadable(err)
	}
	return nil
}

// emptied tells of a file that was cut to nothing: opening it would begin a new one in its
// place.
func emptied(folder string) bool {
	st, err := os.Stat(filepath.Join(folder, fileDB))
	return err == nil && st.Mode().IsRegular() && st.Size() == 0
}

func unreadable(err error) error {
	return fault.New(fault.Unavailable, "fault.folder_unreadable").With(err)
}

func (h *House) open(ctx context.Context, o HouseOptions) error {
	var err error
	if h.Keys, err = keys.Open(o.Folder); err != nil {
		if !o.Create {
			return err
		}
		if h.Keys, err = keys.Create(o.Folder); err != nil {
			return err
		}
	}
	if h.DB, err = db.Open(ctx, filepath.Join(o.Folder, fileDB), db.Options{Clock: o.Clock, Bulk: o.Bulk}); err != nil {
		return err
	}
	h.practice = &practiceBox{folder: o.Folder, clock: o.Clock, log: o.Log, arrived: func() { o.Changed("mails") }}
	h.Files = files.New(filepath.Join(o.Folder, folderFiles), o.Bulk)
	h.wire(o)
	return nil
}

// wire makes every room and passes each what it needs of the others.
func (h *House) wire(o HouseOptions) {
	o = h.withRounds(o)
	printer := paper.New()
	h.Books = books.New(h.DB)
	h.Hours = hours.New(h.DB, o.IDs, o.Changed)
	h.Company = company.New(h.DB, o.IDs, books.Install, h.Files)
	h.Access = access.New(access.Deps{DB: h.DB, IDs: o.IDs, Key: h.Keys.Subkey("links"), Seal: h.Keys, Log: o.Log})
	h.Users = users.New(users.Deps{DB: h.DB, IDs: o.IDs, Access: h.Access, Log: o.Log, Ended: o.Ended, Changed: o.Changed})
	h.Customers = customers.New(h.DB, o.IDs, h.Access.CloseContact).Ending(h.Access.EndSessions)
	h.Customers.At(h.Access)
	h.Catalog = catalog.New(h.DB, o.IDs)
	h.Search = search.New(h.DB)
	h.Audit = audit.NewReader(h.DB)
	h.Sales = sales.New(sales.Deps{DB: h.DB, IDs: o.IDs, Files: h.Files, Printer: printer, Changed: o.Changed, IssueLink: h.documentLinkMaker, Settled: h.settled})
	h.Imports = imports.New(imports.Deps{DB: h.DB, IDs: o.IDs, Customers: h.Customers, Catalog: h.Catalog, Sales: h.Sales})
	h.Privacy = privacy.New(privacy.Deps{DB: h.DB, Open: h.Files.Open, Close: h.leaveForGood, Names: h.Access.ForgetNames, Index: customers.Reindex, Changed: o.Changed,
		Paper: func(ctx context.Context, id string) (sales.File, error) { return h.Sales.PDF(ctx, actor.Machine(), id) }})
	vault := keys.NewVault(h.Keys, keys.System(h.Folder))
	gatewayKeys := payments.NewKeys(h.DB, vault)
	h.Payments = payments.New(payments.Deps{DB: h.DB, IDs: o.IDs, Sales: h.Sales, Printer: printer, Changed: o.Changed, Logo: h.Company.Logo, Log: o.Log,
		Gateways: []payments.Gateway{gateway.NewPractice(filepath.Join(o.Folder, folderPays)), newStripe(gatewayKeys, o.Clock)}, Keys: gatewayKeys,
		Allowed: func(ctx context.Context, name string) bool { return name != "practice" || h.isDemo(ctx) }, Settled: h.settled, Saving: h.saving, Wake: func() { ring(h.told) }})
	h.wireSepa(o)
	h.Attachments = attachments.New(attachments.Deps{DB: h.DB, IDs: o.IDs, Files: h.Files, Changed: o.Changed, IssueLink: h.documentLinkMaker})
	h.wireChat(o)
	h.Reminders = reminders.New(reminders.Deps{DB: h.DB, IDs: o.IDs, Sales: h.Sales, Changed: o.Changed, IssueLink: h.documentLinkMaker})
	h.Statements = statements.New(statements.Deps{DB: h.DB, IDs: o.IDs, Files: h.Files, Sales: h.Sales, Printer: printer, Changed: o.Changed,
		IssueLink: func(ctx context.Context, tx *db.Tx, contactID int64) (int64, error) {
			return h.Access.IssueLink(ctx, tx, contactID, 0, access.DocumentLink)
		}})
	h.Recurring = recurring.New(recurring.Deps{DB: h.DB, IDs: o.IDs, Sales: h.Sales, Changed: o.Changed, Made: h.made})
	h.wireProvider(printer)
	h.wireNotices(o)
	h.wireCharging(o)
	h.wireSubscriptions(o)
	h.wireContracts(o, printer)
	h.wireProvisioning(o)
	h.CatchUp = catchup.New(catchup.Deps{DB: h.DB, Sources: []catchup.Source{h.Subscriptions, h.Recurring, h.Reminders.Source(), h.Statements, h.Charging.Source(), h.Contracts.Source()}, Changed: o.Changed, Log: o.Log, Steady: time.Now})
	c := outbox.Config{DB: h.DB, IDs: o.IDs, Composer: mail.NewComposer(), Carrier: mail.NewCarrier(nil), Sources: h.mailSources(),
		Vault: vault, Practice: h.practice, Log: o.Log, Changed: func() { o.Changed("mails") }}
	h.Outbox, h.Worker = outbox.New(c), outbox.NewWorker(c)
	h.Worker.Handle(sales.JobFilePDF, h.Sales.FilePDF)
	h.Worker.Handle(chat.JobTell, h.Chat.Tell)
	h.Worker.Handle(attachments.JobSweep, h.Attachments.Sweep)
	h.Worker.Handle(registration.JobForget, h.Registration.Forget)
	h.Worker.Handle(customers.JobInvite, h.Customers.RunInvitations)
	h.Worker.Handle(notices.JobMail, h.Notices.RunMail)
	h.Worker.Handle(registration.JobOnFile, h.Registration.RunOnFile)
	h.Worker.Handle(access.JobForgotten, h.Access.RunForgotten)
	h.Worker.Handle(users.JobForgotten, h.Users.RunForgotten)
	for kind, do := range h.Signing.Jobs() {
		h.Worker.Handle(kind, do)
	}
}

// isDemo tells whether practice is allowed: in the demo company only.
func (h *House) isDemo(ctx context.Context) bool {
	if h.demo.Load() { // it never ceases to be one, and this is asked while others write
		return true
	}
	f, err := h.Company.Firm(ctx, actor.Machine())
	if err == nil && f.IsDemo {
		h.demo.Store(true)
	}
	return err == nil && f.IsDemo
}

func (h *House) mailSources() outbox.Sources {
	return outbox.Sources{
		Link: func(ctx context.Context, linkID int64) (string, error) {
			base := h.portal.base()
			if base == "" {
				return "", nil
			}
			return h.Access.LinkURL(ctx, base, linkID)
		},
		DocumentPDF: func(ctx context.Context, id int64) (outbox.Paper, error) { return paperOf(h.Sales.MailPaper(ctx, id)) },
		ReceiptPDF: func(ctx context.Context, id int64) (outbox.Paper, error) {
			return paperOf(h.Payments.MailReceipt(ctx, id))
		},
		RefundPDF: func(ctx context.Context, id int64) (outbox.Paper, error) {
			return paperOf(h.Payments.MailRefund(ctx, id))
		},
		StatementPDF: func(ctx context.Context, run string) (outbox.Paper, error) {
			return paperOf(h.Statements.MailPaper(ctx, run))
		},
		Reminder: func(ctx context.Context, m outbox.Mail) (map[string]string, error) {
			return h.Reminders.AsOfNow(ctx, m)
		},
		Charged:       h.chargedNote,
		Portal:        func() string { return h.portal.base() },
		SignupCode:    h.Registration.Code,
		EmailCode:     h.Access.EmailCode,
		ContractCode:  h.Signing.Code,
		GuestToken:    h.Access.Token,
		RequestToken:  h.Registration.RequestToken,
		UserLink:      h.userLink,
		DocumentFiles: func(ctx context.Context, id int64) ([]outbox.Paper, error) { return h.Attachments.OfMail(ctx, id) },
		File:          func(_ context.Context, sha string) ([]byte, error) { return h.Files.Load(sha) },
	}
}

func paperOf(f sales.File, err error) (outbox.Paper, error) {
	return outbox.Paper{Name: f.Name, MediaType: f.MediaType, Content: f.Bytes}, err
}

// Close ends the work in order and gives the folder free. It may be called on a house that
// was opened in part.
func (h *House) Close(ctx context.Context) error {
	var errs []error
	errs = append(errs, h.portal.stop(ctx))
	h.rest(ctx)
	if h.practice != nil {
		errs = append(errs, h.practice.close())
	}
	if h.DB != nil {
		errs = append(errs, h.DB.Close())
	}
	return errors.Join(append(errs, h.lock.Unlock())...)
}

// rest ends what the company does by itself, in order: what is in hand is finished.
func (h *House) rest(ctx context.Context) {
	if h.end != nil {
		h.end()
		h.rounds.Wait()
		h.end = nil
	}
	if h.CatchUp != nil {
		h.CatchUp.Stop()
	}
	if h.Worker != nil {
		h.Worker.Stop(ctx)
	}
}

// Start begins the company's own work: the outbox, what gateways still owe an answer, and
// the portal where it is switched on (or where portal says: an address, or "off").
func (h *House) Start(ctx context.Context, portal string) {
	if err := outbox.Recover(ctx, h.DB); err != nil {
		h.log.Error("outbox", "error", err.Error())
	}
	if err := h.Attachments.QueueSweep(ctx); err != nil {
		h.log.Error("unused files", "error", err.Error())
	}
	if err := h.Registration.QueueForget(ctx); err != nil {
		h.log.Error("old requests", "error", err.Error())
	}
	if err := h.Access.EndStandIns(ctx); err != nil { // the desk that opened them has been left
		h.log.Error("portal as a customer", "error", err.Error())
	}
	if err := h.Access.EndAllShown(ctx); err != nil {
		h.log.Error("documents shown", "error", err.Error())
	}
	h.finishSepa(ctx)
	h.Worker.Start(ctx)
	h.startRounds()
	h.CatchUp.Start(ctx)
	h.portal.start(ctx, h, portal)
}

// documentLinkMaker makes the mailed link that opens a document.
func (h *House) documentLinkMaker(ctx context.Context, tx *db.Tx, contactID, documentID int64) (int64, error) {
	return h.Access.IssueLink(ctx, tx, contactID, documentID, access.DocumentLink)
}
