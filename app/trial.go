package app

import (
	"context"
	"encoding/json"
	"errors"
	"runtime/debug"

	"comptoir/app/demo"
	"comptoir/core/id"
	"comptoir/office/sales"
)

// fillDemo makes the demo company in an empty folder and closes it again.
func fillDemo(ctx context.Context, folder string, o DemoOptions) (sum demo.Summary, err error) {
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // much garbage, little that stays
	clock := demo.NewClock(o.Now)
	h, err := OpenHouse(ctx, HouseOptions{Folder: folder, Create: true, Bulk: true, Clock: clock.Now, IDs: id.Seeded(uint64(o.Seed)), Log: o.Log, Webhooks: demo.Listener{}}) // #nosec G115 -- any seed will do
	if err != nil {
		return demo.Summary{}, err
	}
	defer func() { err = errors.Join(err, h.Close(ctx)) }()
	sum, err = demo.Make(ctx, demo.Rooms{DB: h.DB, Company: h.Company, Customers: h.Customers, Catalog: h.Catalog, Sales: h.Sales, Chat: h.Chat, Payments: h.Payments, Reminders: h.Reminders, Statements: h.Statements, Sepa: h.Sepa, Registration: h.Registration, Recurring: h.Recurring, Charging: h.Charging, Subscriptions: h.Subscriptions,
		Attachments: h.Attachments, Hours: h.Hours, Notices: h.Notices, Contracts: h.Contracts, Signing: h.Signing, Access: h.Access, Users: h.Users, Provisioning: h.Provisioning, Worker: h.Worker, Clock: clock}, o.Options)
	if err != nil {
		return demo.Summary{}, err
	}
	if err := h.settlePapers(ctx, sum); err != nil {
		return demo.Summary{}, err
	}
	return sum, errors.Join(h.DB.Optimize(ctx), h.DB.Sync(ctx))
}

// settlePapers runs the jobs that file PDFs. In a very large demo only the newest papers
// are drawn; the jobs of the others end without one, and the paper is drawn, filed and
// kept when somebody first opens the document, as after any job that was lost.
func (h *House) settlePapers(ctx context.Context, sum demo.Summary) error {
	if sum.PapersLater {
		h.Worker.Handle(sales.JobFilePDF, func(ctx context.Context, payload json.RawMessage) error {
			var p struct {
				DocumentID int64 `json:"document_id"`
			}
			if err := json.Unmarshal(payload, &p); err != nil || p.DocumentID <= int64(sum.Documents+sum.Recurring-papersDrawn) {
				return err
			}
			return h.Sales.FilePDF(ctx, payload)
		})
		defer h.Worker.Handle(sales.JobFilePDF, h.Sales.FilePDF)
	}
	_, err := h.Worker.RunJobs(ctx)
	return err
}

// papersDrawn is how many papers of a very large demo are drawn at once.
const papersDrawn = 50
