namespace WebhookKit.Publishing;

/// <summary>
/// Gathers the faults of all events of one call, each with the field it is in: <c>Data</c>, or <c>Events[3].Data</c> where there are many events.
/// </summary>
internal sealed class FaultList
{
    private readonly List<WebhookError> _errors = [];

    /// <summary>Which event is looked at: null where the call publishes one.</summary>
    public int? Index { get; set; }

    public string At(string field) => Index is null ? field : $"Events[{Index}].{field}";

    public void Add(WebhookErrorCode code, string field, string problem, string remedy) => Add(new WebhookError(code, At(field), problem, remedy));

    public void Add(WebhookError error) => _errors.Add(error);

    public void ThrowIfAny()
    {
        if (_errors.Count > 0)
            throw new WebhookValidationException(_errors);
    }
}
