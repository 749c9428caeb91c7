/* SPDX-License-Identifier: Apache-2.0 */
/* Virtual eXtensible Local Area Network (RFC 7348). */
#ifndef SONDE_PROTO_VXLAN_H
#define SONDE_PROTO_VXLAN_H

#include "proto/registry.h"

#define VXLAN_PORT 4789 /* RFC 7348 s. 5 */

extern const struct dissector vxlan_dissector;

#endif
