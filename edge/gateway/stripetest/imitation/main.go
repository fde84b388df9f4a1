// Command imitation is package stripetest as a program, for trials by hand and in a browser.
// It prints its address; a program started with COMPTOIR_STRIPE_URL at it takes it for Stripe.
//
//	POST /do/hook?url=…&secret=…       sends its events there from now on
//	POST /do/settle                    the bank ends all debits
//	POST /do/refund?intent=…&amount=…  the firm gives back on Stripe's own site
//	POST /do/dispute?intent=…          the customer's bank takes it back
//	GET  /do/taken                     what was taken, and given back
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"time"

	"comptoir/edge/gateway/stripetest"
)

func main() {
	f := stripetest.New(nil)
	mux := http.NewServeMux()
	mux.HandleFunc("POST /do/{what}", func(w http.ResponseWriter, r *http.Request) {
		if err := do(f, r.PathValue("what"), r.FormValue); err != nil {
			http.Error(w, err.Error(), http.StatusConflict)
		}
	})
	mux.HandleFunc("GET /do/taken", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(f.Taken()) // whoever asked has gone
	})
	mux.Handle("/", f)
	front := httptest.NewServer(mux)
	f.URL = front.URL // its pages are on this address
	fmt.Fprintln(os.Stdout, "stripe "+front.URL)
	for range time.Tick(100 * time.Millisecond) {
		if err := f.Deliver(context.Background()); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}
}

func do(f *stripetest.Fake, what string, value func(string) string) (err error) {
	switch what {
	case "hook":
		f.Hook(value("url"), value("secret"))
	case "settle":
		for _, intent := range f.Pending() {
			err = errors.Join(err, f.Settle(intent))
		}
	case "refund":
		amount, aerr := strconv.ParseInt(value("amount"), 10, 64)
		if aerr != nil {
			return aerr
		}
		_, err = f.RefundAtSite(value("intent"), amount)
	case "dispute":
		_, err = f.Dispute(value("intent"), "fraudulent")
	default:
		err = stripetest.ErrNotNow
	}
	return err
}
