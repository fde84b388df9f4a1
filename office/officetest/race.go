package officetest

import (
	"sync"
	"testing"

	"comptoir/core/fault"
)

// AtOnce runs acts at the same moment and gives what each said, in their order.
func AtOnce(acts ...func() error) []error {
	errs := make([]error, len(acts))
	begin := make(chan struct{})
	var wg sync.WaitGroup
	for i, act := range acts {
		wg.Go(func() {
			<-begin
			errs[i] = act()
		})
	}
	close(begin)
	wg.Wait()
	return errs
}

// Won counts those of them that said nothing against it.
func Won(errs []error) (n int) {
	for _, err := range errs {
		if err == nil {
			n++
		}
	}
	return n
}

// RefusedOnly fails on whatever is not said to a person.
func RefusedOnly(t testing.TB, errs []error) {
	t.Helper()
	for _, err := range errs {
		if _, ok := fault.As(err); err != nil && !ok {
			t.Errorf("%v", err)
		}
	}
}
