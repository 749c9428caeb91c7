// SPDX-License-Identifier: Apache-2.0
// The Simple Service Discovery Protocol: a layer of its own name, whose fields are HTTP's.
#include "proto/ssdp.h"

#include "proto/dissect.h"
#include "proto/http.h"

static const struct field fields[] = {
	{"ssdp", "Simple Service Discovery Protocol", FIELD_PROTOCOL},
};

static void dissect_ssdp(struct dissect *d, struct cursor *c)
{
	http_dissector.run(d, c);
}

const struct dissector ssdp_dissector = {fields, 1, dissect_ssdp};
