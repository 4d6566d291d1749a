// Works in a company with node-quickbooks, as it comes from the registry; prints what came of it as JSON. One argument: where, and as whom.
const QuickBooks = require("node-quickbooks");

const { url, app, secret, realm, refresh, since } = JSON.parse(process.argv[2]);
QuickBooks.V3_ENDPOINT_BASE_URL = `${url}/v3/company/`;
QuickBooks.TOKEN_URL = `${url}/oauth2/v1/tokens/bearer`;
QuickBooks.REVOKE_URL = `${url}/v2/oauth2/tokens/revoke`;
const qbo = new QuickBooks(app, secret, null, false, realm, true, false, 75, "2.0", refresh);

const ask = (what, ...words) =>
  new Promise((resolve, reject) =>
    qbo[what](...words, (error, body) => (error ? reject(error) : resolve(body))),
  );
const names = (found) => (found.QueryResponse.Customer || []).map((each) => each.DisplayName);
const refused = async (asked) => {
  try {
    await asked;
  } catch (error) {
    const { status, data } = error.response;
    return [status, data.error ?? data.Fault.Error[0].code];
  }
  return "not refused";
};

async function works() {
  const came = {};
  await ask("refreshAccessToken");
  came.company = (await ask("getCompanyInfo", realm)).CompanyName;

  const made = { DisplayName: "Zoë O'Neil", Notes: "first", requestId: "rq-1" };
  const zoe = await ask("createCustomer", { ...made });
  came.asked_twice = (await ask("createCustomer", { ...made })).Id === zoe.Id;
  const sparse = await ask("updateCustomer", { Id: zoe.Id, SyncToken: zoe.SyncToken, CompanyName: "O'Neil & Sons" });
  came.sparse = [sparse.SyncToken, sparse.Notes, sparse.CompanyName];
  const { Notes, ...rest } = sparse;
  const full = await ask("updateCustomer", { ...rest, sparse: false });
  came.full = [full.SyncToken, full.Notes ?? null, full.CompanyName];
  came.stale = await refused(ask("updateCustomer", { Id: zoe.Id, SyncToken: "0", Notes: "late" }));
  came.duplicate = await refused(ask("createCustomer", { DisplayName: "Zoë O'Neil" }));
  came.unknown = await refused(ask("getCustomer", "999"));

  const items = [
    { bId: "1", operation: "create", Customer: { DisplayName: "Ana" } },
    { bId: "2", operation: "create", Customer: { DisplayName: "Ana" } },
    { bId: "3", operation: "create", Customer: { DisplayName: "100% Bea + Co #1" } },
  ];
  const answers = (await ask("batch", items)).BatchItemResponse;
  came.batch = answers.map((each) => [each.bId, each.Customer?.DisplayName ?? each.Fault.Error[0].code]);

  came.by_name = names(await ask("findCustomers", { DisplayName: "Zoë O'Neil" }));
  came.like = names(await ask("findCustomers", [{ field: "DisplayName", value: "100% %", operator: "LIKE" }]));
  came.all = names(await ask("findCustomers", { fetchAll: true, limit: 2, asc: "DisplayName" }));
  came.count = (await ask("findCustomers", { count: true })).QueryResponse.totalCount;
  await ask("updateCustomer", { Id: zoe.Id, SyncToken: full.SyncToken, Active: false });
  came.inactive = names(await ask("findCustomers", [{ field: "Active", value: false }]));

  const [{ Customer: changed }] = (await ask("changeDataCapture", ["Customer"], new Date(since))).CDCResponse[0]
    .QueryResponse;
  came.changed = changed.length;

  await ask("revokeAccess", true);
  const ended = new QuickBooks(app, secret, qbo.token, false, realm, true, false, 75, "2.0", refresh);
  came.ended = await refused(
    new Promise((resolve, reject) => ended.refreshAccessToken((error, body) => (error ? reject(error) : resolve(body)))),
  );
  return came;
}

works().then(
  (came) => console.log(JSON.stringify(came)),
  (error) => {
    console.error(error.response?.data ?? error);
    process.exit(1);
  },
);
