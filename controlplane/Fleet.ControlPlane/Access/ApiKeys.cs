using Fleet.Contracts;
using Fleet.ControlPlane.Platform.Http;
using Fleet.ControlPlane.Platform.Store;
using Fleet.Trust;
using Microsoft.EntityFrameworkCore;

namespace Fleet.ControlPlane.Access;

/// <summary>Whose key it is.</summary>
internal sealed record KeyHolder(string Id, string Name, Role Role);

/// <summary>Keys for programs. An Admin makes and revokes all of them, an Operator those of trainers.</summary>
internal sealed class ApiKeys(FleetStore store, TimeProvider time)
{
    public const string Prefix = "fleet_";

    public async Task<ApiKeyResponse> MakeAsync(ApiKeyRequest request, string by, Role role, CancellationToken cancellationToken)
    {
        RequireRight(role, request.Role);
        var key = Prefix + OneTimeSecret.Create();
        var row = new ApiKeyRow
        {
            Id = Guid.CreateVersion7(time.GetUtcNow()).ToString("N"),
            Hash = OneTimeSecret.Hash(key),
            Name = request.Name,
            Role = request.Role,
            CreatedBy = by,
            ExpiresAt = time.GetUtcNow().AddDays(request.Days),
        };
        store.Add(row);
        await store.SaveChangesAsync(cancellationToken);
        return new ApiKeyResponse(row.Id, key, row.Name, row.Role, row.ExpiresAt);
    }

    /// <summary>All of them for an Admin, those of trainers for an Operator; newest first.</summary>
    public async Task<Page<ApiKeyEntry>> ListAsync(PageQuery page, Role role, CancellationToken cancellationToken)
    {
        var (after, isAdmin, now) = (page.After(), Policies.Covers(role, Role.Admin), time.GetUtcNow());
        var rows = await store.Set<ApiKeyRow>().AsNoTracking()
            .Where(k => (isAdmin || k.Role == Role.Trainer) && k.ExpiresAt > now && (after == null || string.Compare(k.Id, after) < 0))
            .OrderByDescending(k => k.Id).Take(page.Take() + 1).ToListAsync(cancellationToken);
        return page.Of(rows, k => k.Id, k => new ApiKeyEntry(k.Id, k.Name, k.Role, k.CreatedBy, k.ExpiresAt, k.LastUsedAt));
    }

    /// <summary>The key that is valid now; null for any other text.</summary>
    public async Task<KeyHolder?> FindAsync(string key, CancellationToken cancellationToken)
    {
        if (!key.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return null;
        }

        var (hash, now) = (OneTimeSecret.Hash(key), time.GetUtcNow());
        var found = await store.Set<ApiKeyRow>().Where(k => k.Hash == hash && k.ExpiresAt > now).Select(k => new KeyHolder(k.Id, k.Name, k.Role)).SingleOrDefaultAsync(cancellationToken);
        if (found is not null)
        {
            await store.Set<ApiKeyRow>().Where(k => k.Id == found.Id).ExecuteUpdateAsync(set => set.SetProperty(k => k.LastUsedAt, now), cancellationToken);
        }

        return found;
    }

    /// <summary>Which of them are valid now.</summary>
    public async Task<HashSet<string>> ValidAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return await store.Set<ApiKeyRow>().Where(k => ids.Contains(k.Id) && k.ExpiresAt > now).Select(k => k.Id).ToHashSetAsync(cancellationToken);
    }

    public async Task RevokeAsync(string id, Role role, CancellationToken cancellationToken)
    {
        if (await store.Set<ApiKeyRow>().FindAsync([id], cancellationToken) is { } row)
        {
            RequireRight(role, row.Role);
            store.Remove(row);
            await store.SaveChangesAsync(cancellationToken);
        }
    }

    private static void RequireRight(Role asker, Role key)
    {
        if (!Policies.Covers(asker, key == Role.Trainer ? Role.Operator : Role.Admin))
        {
            throw new ProblemException(Problems.AuthForbidden, $"A key with the role {key} is an Admin's business; an Operator makes and revokes keys of trainers.");
        }
    }
}
