using System.Runtime.InteropServices;
using System.Text.Json;
using Rubato.Checkpoints;
using Rubato.Pipelines;
using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Solvers;
using Rubato.Tensors;
using Rubato.Tests.Networks;
using Rubato.Tests.Sampling;

namespace Rubato.Tests.Solvers;

/// <summary>Searched schedules against the authors' own program, and known solvers as points of the same space.</summary>
public sealed class UnifiedSolverTests
{
    private static readonly string Folder = NetworkFiles.InRepository("tests", "Goldens", "schedules", "usf");
    private static readonly ClosedForm Mixture = ClosedForm.Mixture((0.3, -1, 0.35), (0.7, 0.8, 0.5));

    private static readonly Dictionary<string, ModelConfig> Schedules = ModelConfig.Read(Path.Combine(Folder, "schedules.json"))
        .ReadObjects("schedules", 100).ToDictionary(schedule => schedule.ReadText("name"), StringComparer.Ordinal);

    public static TheoryData<string> Names => [.. Schedules.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Published_schedules_end_where_the_authors_program_ends(string name)
    {
        using Checkpoint golden = Checkpoint.Open(Path.Combine(Folder, "golden.safetensors"));
        double[] Read(string tensor)
        {
            var values = new double[golden[tensor].ElementCount];
            golden[tensor].Read(MemoryMarshal.AsBytes(values.AsSpan()));
            return values;
        }

        UnifiedSchedule schedule = UnifiedSchedule.Read(Schedules[name]);
        double[] start = Read("x_start"), mean = Read("average_x0");
        Shape shape = [2, 3, 4, 4];
        var process = new ContinuousVariancePreserving();
        TimeGrid grid = schedule.Planner.Plan(process, 1, Coordinates.Network);
        // Each number by itself 0.4 N(-0.6, 0.05) + 0.6 N(0.5, 0.05).
        var seen = new States(ClosedForm.Mixture((0.4, -0.6, Math.Sqrt(0.05)), (0.6, 0.5, Math.Sqrt(0.05))));
        Tensor end = await schedule.Solver(Tensor.From([.. mean, .. mean], shape))
            .SampleAsync(Tensor.From(start, shape), grid, seen, new SamplingContext(new NoiseStream(0, NoisePurpose.Step), new Trace()));

        Near(Read($"{name}.final"), end);
        // The network is asked for what the predictor led to, after the step before.
        double[] predicted = Read($"{name}.predicted_states");
        int skipped = schedule.First == FirstAnswer.Network ? 0 : 1;
        Assert.Equal(Schedules[name].ReadInt32("nfe", 1, 100), seen.Asked.Count);
        for (int k = 0; k < seen.Asked.Count; k++)
            Near(predicted[((k + skipped) * shape.Elements)..((k + skipped + 1) * shape.Elements)], seen.Asked[k]);
    }

    public static TheoryData<string> Points => ["ddim", "dpm++ 2m heun", "dpm 2m heun", "deis 3"];

    [Theory]
    [MemberData(nameof(Points))]
    public void Multistep_solvers_are_points_of_the_space(string name)
    {
        DerivativeEstimate[] second = [new(1, [-2, -3]), new(2, [-2, -3])];
        StepChoice[] Rising(SolvedFor solvedFor) => [new StepChoice(solvedFor), new StepChoice(solvedFor, new DerivativeEstimate(1, [-2]))];
        (ISolver known, IReadOnlyList<StepChoice> choices) = name switch
        {
            "dpm++ 2m heun" => ((ISolver)new DpmSolverMultistep(2, weight: DifferenceWeight.Heun), Rising(SolvedFor.Data)),
            "dpm 2m heun" => (new DpmSolverMultistep(2, SolvedFor.Noise, DifferenceWeight.Heun), Rising(SolvedFor.Noise)),
            "deis 3" => (new Deis(3), [.. Rising(SolvedFor.Noise), new StepChoice(SolvedFor.Noise, second)]),
            _ => (new DpmSolverMultistep(1), [new StepChoice(SolvedFor.Data)]),
        };
        Level[] levels = ClosedForm.EvenInLambda(9, power: 1.3);
        Assert.Equal(ClosedForm.Run(known, Mixture, 0.7, levels), ClosedForm.Run(new UnifiedSolver(choices), Mixture, 0.7, levels), 1e-12);
    }

    [Fact]
    public void Steps_that_need_statistics_are_refused_by_name()
    {
        JsonElement json = JsonElement.Parse("""{"name":"x","timesteps":[1,0.5],"steps":[{"prediction":"dpm_v3","derivatives":[]}]}""");
        var wrong = Assert.Throws<NotSupportedException>(() => UnifiedSchedule.Read(ModelConfig.Of(json, "x")));
        Assert.Contains("DPM-Solver-v3", wrong.Message, StringComparison.Ordinal);
    }

    private static void Near(double[] expected, Tensor got)
    {
        double[] values = got.AsSpan<double>().ToArray();
        Assert.Equal(expected.Length, values.Length);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], values[i], 1e-9);
    }

    private sealed class States(IDenoiser inner) : IDenoiser
    {
        public List<Tensor> Asked { get; } = [];

        public Task<Prediction> PredictAsync(Tensor x, EvaluationPoint point)
        {
            Asked.Add(x);
            return inner.PredictAsync(x, point);
        }
    }
}
