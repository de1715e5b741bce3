//! Jira's own functions, and what each can tell about beyond a constraint.
//! Source: Atlassian's "JQL functions", Cloud and Data Center.

use crate::language::sealed::Row;
use crate::reach::Reaching::{Account, Container, Hierarchy, Link, Value};

pub(super) const FUNCTIONS: &[Row] = &[
    // Times.
    (&["now"], None),
    (&["currentlogin", "lastlogin"], None),
    (&["startofday", "startofweek", "startofmonth", "startofyear"], None),
    (&["endofday", "endofweek", "endofmonth", "endofyear"], None),
    // Whatever they give is only compared with what the issue itself holds.
    (&["currentuser"], None),
    (&["opensprints", "closedsprints", "futuresprints"], None),
    (&["standardissuetypes", "subtaskissuetypes"], None),
    (&["standardworktypes", "subtaskworktypes"], None),
    (&["componentsleadbyuser"], None),
    (&["projectsleadbyuser", "projectswhereuserhaspermission", "projectswhereuserhasrole"], None),
    (&["spacesleadbyuser", "spaceswhereuserhaspermission", "spaceswhereuserhasrole"], None),
    (&["updatedby"], None),
    (&["cascadeoption", "choiceoption"], None),
    (&["approved", "approver", "myapproval", "myapprovals", "mypending", "pending", "pendingby"], None),
    (&["breached", "completed", "elapsed", "everbreached", "paused", "remaining", "running"], None),
    (&["withincalendarhours"], None),
    // Their arguments name what may be elsewhere: an error tells that it is not.
    (&["membersof"], Some(Value)),
    (&["organizationmembers"], Some(Value)),
    (&["releasedversions", "unreleasedversions"], Some(Container)),
    (&["latestreleasedversion", "earliestunreleasedversion"], Some(Container)),
    // Other issues.
    (&["linkedissue", "linkedissues", "linkedworkitem", "linkedworkitems"], Some(Link)),
    (&["issueswithremotelinksbyglobalid", "workitemswithremotelinksbyglobalid"], Some(Link)),
    (&["parentepic", "childissuesof", "childworkitemsof", "portfoliochildissuesof"], Some(Hierarchy)),
    // What the account did.
    (&["issuehistory", "workitemhistory"], Some(Account)),
    (&["votedissues", "votedworkitems"], Some(Account)),
    (&["watchedissues", "watchedworkitems"], Some(Account)),
];
