/* SPDX-License-Identifier: Apache-2.0 */
/* Names of PPP's protocol numbers. */
#ifndef SONDE_PROTO_PPP_NAMES_H
#define SONDE_PROTO_PPP_NAMES_H

#include "wire/field.h"

extern const struct value_name ppp_protocol_names[];

#endif
