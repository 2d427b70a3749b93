using Fleet.Contracts;
using Fleet.ControlPlane.Platform.Store;
using Fleet.Trust;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Fleet.ControlPlane.Access;

/// <summary>Who may come in: accounts, one-time links and the sessions they give.</summary>
internal sealed class Accounts(FleetStore store, TimeProvider time)
{
    public static readonly TimeSpan SessionLife = TimeSpan.FromHours(12);
    public static readonly TimeSpan FirstLinkLife = TimeSpan.FromHours(24);
    public static readonly TimeSpan SignInLinkLife = TimeSpan.FromMinutes(10);
    private const int FailuresBeforeLock = 5;
    private const string Refusal = "Name and password do not match, or the account is disabled, or locked for five minutes after repeated failures.";
    private static readonly TimeSpan LockLife = TimeSpan.FromMinutes(5);
    private static readonly PasswordHasher<OperatorRow> Hasher = new();

    // verified when the name is unknown, so that an answer takes the same time either way
    private static readonly string NobodysHash = Hasher.HashPassword(new OperatorRow(), OneTimeSecret.Create());

    /// <summary>A new token for the first operator, which replaces an older one; null when somebody with an account of this server's own is there already.</summary>
    public async Task<string?> InviteFirstAsync(CancellationToken cancellationToken)
    {
        await using var transaction = await store.Database.BeginTransactionAsync(cancellationToken);
        if (await store.Set<OperatorRow>().AnyAsync(o => o.Issuer == null, cancellationToken))
        {
            return null;
        }

        await store.Set<LinkRow>().Where(l => l.Operator == null).ExecuteDeleteAsync(cancellationToken);
        var token = AddLink(name: null, FirstLinkLife);
        await store.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return token;
    }

    public async Task<SessionResponse> CreateFirstAsync(FirstOperatorRequest request, CancellationToken cancellationToken)
    {
        await using var transaction = await store.Database.BeginTransactionAsync(cancellationToken);
        var link = await TakeLinkAsync(request.Token, cancellationToken);
        if (link.Operator is not null || link.SetsPassword || await store.Set<OperatorRow>().AnyAsync(o => o.Issuer == null, cancellationToken))
        {
            throw new ProblemException(Problems.AuthLinkSpent, "There is an operator already; sign in, or ask an Admin for an account.");
        }

        if (await store.Set<OperatorRow>().FindAsync([request.Name.Trim()], cancellationToken) is not null)
        {
            throw new ProblemException(Problems.PersonConflict, $"{request.Name.Trim()} is an account of the company's sign-in; choose another name.");
        }

        var first = new OperatorRow { Name = request.Name.Trim(), Role = Role.Admin };
        store.Add(first);
        var session = SetPassword(first, request.Password);
        await store.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return session;
    }

    public async Task<SessionResponse> SignInAsync(string name, string password, CancellationToken cancellationToken)
    {
        await using var transaction = await store.Database.BeginTransactionAsync(cancellationToken);
        var account = await store.Set<OperatorRow>().FindAsync([name.Trim()], cancellationToken);
        var hash = account is { Disabled: false, PasswordHash.Length: > 0 } ? account.PasswordHash : NobodysHash;
        var right = Hasher.VerifyHashedPassword(account ?? new OperatorRow(), hash, password) != PasswordVerificationResult.Failed;
        if (account is null || hash == NobodysHash || account.LockedUntil > time.GetUtcNow())
        {
            throw new ProblemException(Problems.AuthFailed, Refusal);
        }

        var session = right ? Open(account) : null;
        account.FailedSignIns = right ? 0 : account.FailedSignIns + 1;
        account.LockedUntil = account.FailedSignIns >= FailuresBeforeLock ? time.GetUtcNow() + LockLife : null;
        await store.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return session ?? throw new ProblemException(Problems.AuthFailed, Refusal);
    }

    public async Task<SessionResponse> SignInByLinkAsync(string token, CancellationToken cancellationToken)
    {
        await using var transaction = await store.Database.BeginTransactionAsync(cancellationToken);
        var link = await TakeLinkAsync(token, cancellationToken);
        var account = link.Operator is null || link.SetsPassword ? null : await store.Set<OperatorRow>().FindAsync([link.Operator], cancellationToken);
        var session = Open(account is { Disabled: false } && !(account.VouchedUntil <= time.GetUtcNow()) ? account : throw Spent());
        await store.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return session;
    }

    public async Task<SignInLink> MakeLinkAsync(string name, CancellationToken cancellationToken)
    {
        var token = AddLink(name, SignInLinkLife);
        await store.SaveChangesAsync(cancellationToken);
        return new SignInLink($"/sign-in?link={token}", time.GetUtcNow() + SignInLinkLife);
    }

    /// <summary>The caller saves.</summary>
    public PersonLink AddPasswordLink(string name, TimeSpan life) =>
        new(name, $"/choose-password?token={AddLink(name, life, setsPassword: true)}", time.GetUtcNow() + life);

    /// <summary>Whose password the link may set; it is spent when the caller saves.</summary>
    public async Task<OperatorRow> TakePasswordLinkAsync(string token, CancellationToken cancellationToken)
    {
        var link = await TakeLinkAsync(token, cancellationToken);
        var account = link is { SetsPassword: true, Operator: { } name } ? await store.Set<OperatorRow>().FindAsync([name], cancellationToken) : null;
        return account is { Disabled: false } ? account : throw Spent();
    }

    /// <summary>Sets the password, unlocks and signs in; the caller saves.</summary>
    public SessionResponse SetPassword(OperatorRow account, string password)
    {
        account.PasswordHash = Hasher.HashPassword(account, password);
        (account.FailedSignIns, account.LockedUntil) = (0, null);
        return Open(account);
    }

    /// <summary>Signs in; the caller saves.</summary>
    public SessionResponse Open(OperatorRow account)
    {
        var (token, now) = (OneTimeSecret.Create(), time.GetUtcNow());
        var ends = account.VouchedUntil < now + SessionLife ? account.VouchedUntil.Value : now + SessionLife;
        var session = new SessionRow { Hash = OneTimeSecret.Hash(token), Operator = account.Name, ExpiresAt = ends };
        account.LastSignInAt = now;
        store.Add(session);
        return new SessionResponse(token, account.Name, account.Role, session.ExpiresAt);
    }

    public Task SignOutAsync(string token, CancellationToken cancellationToken)
    {
        var hash = OneTimeSecret.Hash(token);
        return store.Set<SessionRow>().Where(s => s.Hash == hash).ExecuteDeleteAsync(cancellationToken);
    }

    private static ProblemException Spent() => new(Problems.AuthLinkSpent, "The link was used, has expired or never existed; ask for a new one.");

    private string AddLink(string? name, TimeSpan life, bool setsPassword = false)
    {
        var token = OneTimeSecret.Create();
        store.Add(new LinkRow { Hash = OneTimeSecret.Hash(token), Operator = name, SetsPassword = setsPassword, ExpiresAt = time.GetUtcNow() + life });
        return token;
    }

    private async Task<LinkRow> TakeLinkAsync(string token, CancellationToken cancellationToken)
    {
        var link = await store.Set<LinkRow>().FindAsync([OneTimeSecret.Hash(token)], cancellationToken);
        if (link is null || link.ExpiresAt <= time.GetUtcNow())
        {
            throw Spent();
        }

        store.Remove(link);
        return link;
    }
}
