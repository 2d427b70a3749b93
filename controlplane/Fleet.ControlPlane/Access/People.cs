using Fleet.Contracts;
using Fleet.ControlPlane.Platform.Http;
using Fleet.ControlPlane.Platform.Store;
using Microsoft.EntityFrameworkCore;

namespace Fleet.ControlPlane.Access;

/// <summary>Who has an account and what they may do. There is always an Admin who can sign in with a password.</summary>
internal sealed class People(FleetStore store, Accounts accounts)
{
    private static readonly TimeSpan InviteLife = TimeSpan.FromDays(3);
    private static readonly TimeSpan ResetLife = TimeSpan.FromHours(4);

    public async Task<Page<PersonResponse>> ListAsync(PageQuery page, CancellationToken cancellationToken)
    {
        var after = page.After();
        var all = store.Set<OperatorRow>().AsNoTracking();
        var rows = await (after is null ? all : all.Where(o => string.Compare(o.Name, after) > 0)).OrderBy(o => o.Name).Take(page.Take() + 1).ToListAsync(cancellationToken);
        return page.Of(rows, o => o.Name, Show);
    }

    public async Task<PersonLink> InviteAsync(InviteRequest request, CancellationToken cancellationToken)
    {
        RequirePersonsRole(request.Role);
        await using var transaction = await store.Database.BeginTransactionAsync(cancellationToken);
        if (await store.Set<OperatorRow>().FindAsync([request.Name], cancellationToken) is not null)
        {
            throw new ProblemException(Problems.PersonConflict, $"There is an account called {request.Name} already; change its role, or make a password link for it.");
        }

        store.Add(new OperatorRow { Name = request.Name, Role = request.Role });
        var link = accounts.AddPasswordLink(request.Name, InviteLife);
        await store.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return link;
    }

    /// <summary>Takes effect at once: a session's role is read with every call, and whoever is disabled is signed out.</summary>
    public async Task<PersonResponse> ChangeAsync(string name, PersonRequest request, CancellationToken cancellationToken)
    {
        RequirePersonsRole(request.Role);
        await using var transaction = await store.Database.BeginTransactionAsync(cancellationToken);
        var row = await FindAsync(name, cancellationToken);
        if (row.Issuer is not null && row.Role != request.Role)
        {
            throw new ProblemException(Problems.PersonConflict, $"{row.Name} gets a role from the company's sign-in, anew each time; change it there, or in this server's configuration.");
        }

        (row.Role, row.Disabled) = (request.Role, request.Disabled);
        if (row.Disabled)
        {
            await EndAsync(row.Name, cancellationToken);
        }

        await store.SaveChangesAsync(cancellationToken);
        await RequireAdminAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return Show(row);
    }

    public async Task RemoveAsync(string name, CancellationToken cancellationToken)
    {
        await using var transaction = await store.Database.BeginTransactionAsync(cancellationToken);
        var row = await FindAsync(name, cancellationToken);
        await EndAsync(row.Name, cancellationToken);
        store.Remove(row);
        await store.SaveChangesAsync(cancellationToken);
        await RequireAdminAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    public async Task<PersonLink> MakeLinkAsync(string name, CancellationToken cancellationToken)
    {
        await using var transaction = await store.Database.BeginTransactionAsync(cancellationToken);
        var row = await FindAsync(name, cancellationToken);
        if (row.Disabled)
        {
            throw new ProblemException(Problems.PersonConflict, $"{row.Name} is disabled; enable the account first.");
        }

        if (row.Issuer is not null)
        {
            throw new ProblemException(Problems.PersonConflict, $"{row.Name} signs in with the company's sign-in and has no password here.");
        }

        await store.Set<LinkRow>().Where(l => l.Operator == row.Name && l.SetsPassword).ExecuteDeleteAsync(cancellationToken);
        var link = accounts.AddPasswordLink(row.Name, row.PasswordHash.Length == 0 ? InviteLife : ResetLife);
        await store.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return link;
    }

    /// <summary>All other sessions end: whoever knew the old password is out.</summary>
    public async Task<SessionResponse> ChooseAsync(PasswordRequest request, CancellationToken cancellationToken)
    {
        await using var transaction = await store.Database.BeginTransactionAsync(cancellationToken);
        var row = await accounts.TakePasswordLinkAsync(request.Token, cancellationToken);
        await store.SaveChangesAsync(cancellationToken);
        await EndAsync(row.Name, cancellationToken);
        var session = accounts.SetPassword(row, request.Password);
        await store.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return session;
    }

    private static PersonResponse Show(OperatorRow row) => new(row.Name, row.Role, row.Disabled, row.Issuer is null && row.PasswordHash.Length == 0, row.LastSignInAt, row.Issuer);

    private static void RequirePersonsRole(Role role)
    {
        if (role == Role.Trainer || !Enum.IsDefined(role))
        {
            throw new ProblemException(Problems.RequestInvalid, $"A person's role is one of Viewer, Labeller, Operator, Approver and Admin, not {role}; make a key for a trainer.");
        }
    }

    private async Task<OperatorRow> FindAsync(string name, CancellationToken cancellationToken) =>
        await store.Set<OperatorRow>().FindAsync([name], cancellationToken) ?? throw new ProblemException(Problems.PersonUnknown, $"Nobody here is called {name}.");

    private async Task EndAsync(string name, CancellationToken cancellationToken)
    {
        await store.Set<SessionRow>().Where(s => s.Operator == name).ExecuteDeleteAsync(cancellationToken);
        await store.Set<LinkRow>().Where(l => l.Operator == name).ExecuteDeleteAsync(cancellationToken);
    }

    private async Task RequireAdminAsync(CancellationToken cancellationToken)
    {
        if (!await store.Set<OperatorRow>().AnyAsync(o => o.Role == Role.Admin && !o.Disabled && o.PasswordHash != "", cancellationToken))
        {
            throw new ProblemException(Problems.PersonConflict, "Nobody would be left who can manage accounts. Make someone else Admin first, and wait until they have chosen a password.");
        }
    }
}
