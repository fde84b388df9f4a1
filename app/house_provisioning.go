package app

import (
	"net/http"

	"comptoir/edge/provision"
	"comptoir/office/provisioning"
)

// wireProvisioning makes the provisioning interface: what it does, and how it is reached.
func (h *House) wireProvisioning(o HouseOptions) {
	if o.Webhooks == nil {
		o.Webhooks = provision.NewCarrier()
	}
	h.Provisioning = provisioning.New(provisioning.Deps{DB: h.DB, IDs: o.IDs, Customers: h.Customers, Company: h.Company, Sales: h.Sales, Payments: h.Payments,
		Seal: h.Keys, Sender: o.Webhooks, Log: o.Log, Changed: o.Changed})
	h.API = provision.New(provision.Deps{Office: h.Provisioning, Clock: h.DB.Now, Log: o.Log})
}

// api gives what answers a call of the provisioning interface that comes in by loopback, nil where
// it is none, or the interface is off.
func (a *App) api(r *http.Request) http.Handler {
	h := a.House()
	if h == nil || h.API == nil || !h.API.Takes(r) {
		return nil
	}
	return h.API
}
