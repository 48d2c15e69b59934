namespace WebhookKit.Publishing;

/// <summary>
/// Gathers the faults of all events of one call, each with the field it is in: <c>Data</c>, or <c>Events[3].Data</c> where there are many events.
/// </summary>
internal sealed class FaultList(bool many)
{
    private List<(int Event, WebhookError Error)>? _errors;

    /// <summary>Which event is looked at.</summary>
    public int Event { get; set; }

    public int Count => _errors?.Count ?? 0;

    public string At(string field) => many ? $"Events[{Event}].{field}" : field;

    public void Add(WebhookErrorCode code, string field, string problem, string remedy) => Add(new WebhookError(code, At(field), problem, remedy));

    public void Add(WebhookError error) => (_errors ??= []).Add((Event, error));

    /// <summary>In the order of the events, whenever they were found.</summary>
    public void ThrowIfAny()
    {
        if (_errors is not null)
            throw new WebhookValidationException([.. _errors.OrderBy(e => e.Event).Select(e => e.Error)]);
    }
}
